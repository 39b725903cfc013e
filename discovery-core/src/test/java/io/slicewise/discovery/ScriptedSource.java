package io.slicewise.discovery;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source in which the test plays the API server, call by call. */
final class ScriptedSource implements SliceSource {

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  @Override
  public Exchange start(SliceRequest request, SliceHandler handler) {
    Call call = new Call(request, handler);
    calls.add(call);
    return call;
  }

  @Override
  public String describe() {
    return "https://scripted";
  }

  @Override
  public void close() {
    closed = true;
    calls.forEach(Call::cancel);
  }

  boolean isClosed() {
    return closed;
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The newest call. */
  Call last() {
    return calls.get(calls.size() - 1);
  }

  List<Call> running() {
    return calls.stream().filter(call -> !call.ended).toList();
  }

  /** One exchange; the methods are what the server does. */
  static final class Call implements Exchange {
    final SliceRequest request;
    private final SliceHandler handler;
    private volatile boolean ended;
    private volatile boolean cancelled;

    private Call(SliceRequest request, SliceHandler handler) {
      this.request = request;
      this.handler = handler;
    }

    boolean isCancelled() {
      return cancelled;
    }

    boolean isEnded() {
      return ended;
    }

    Call open() {
      handler.onOpen();
      return this;
    }

    Call event(SliceEvent.Type type, EndpointSlice slice) {
      handler.onEvent(SliceEvent.of(type, slice));
      return this;
    }

    Call added(EndpointSlice... slices) {
      for (EndpointSlice slice : slices) {
        event(SliceEvent.Type.ADDED, slice);
      }
      return this;
    }

    Call modified(EndpointSlice slice) {
      return event(SliceEvent.Type.MODIFIED, slice);
    }

    Call deleted(EndpointSlice slice) {
      return event(SliceEvent.Type.DELETED, slice);
    }

    Call bookmark(String version) {
      handler.onEvent(SliceEvent.bookmark(version, false));
      return this;
    }

    Call initialEventsEnd(String version) {
      handler.onEvent(SliceEvent.bookmark(version, true));
      return this;
    }

    Call error(int code, String reason) {
      handler.onEvent(SliceEvent.error(new ApiStatus(code, reason, "scripted", null, false)));
      return this;
    }

    void listed(String version) {
      end(ExchangeEnd.listed(version, null));
    }

    void page(String version, String continueToken) {
      end(ExchangeEnd.listed(version, continueToken));
    }

    void eof() {
      end(ExchangeEnd.complete());
    }

    void broken() {
      end(ExchangeEnd.failed(ExchangeEnd.Kind.BROKEN, "connection reset"));
    }

    void undecodable() {
      end(ExchangeEnd.failed(ExchangeEnd.Kind.UNDECODABLE, "truncated line"));
    }

    void unreachable() {
      end(ExchangeEnd.failed(ExchangeEnd.Kind.UNREACHABLE, "connection refused"));
    }

    void refused(int code, String reason) {
      refused(new ApiStatus(code, reason, "scripted", null, false));
    }

    void refused(int code, String reason, Duration retryAfter) {
      refused(new ApiStatus(code, reason, "scripted", retryAfter, false));
    }

    void refused(ApiStatus status) {
      end(ExchangeEnd.refused(status));
    }

    @Override
    public void cancel() {
      if (!cancelled && !ended) {
        cancelled = true;
        end(ExchangeEnd.failed(ExchangeEnd.Kind.CANCELLED, "cancelled"));
      }
    }

    private void end(ExchangeEnd end) {
      if (!ended) {
        ended = true;
        handler.onEnd(end);
      }
    }
  }
}
