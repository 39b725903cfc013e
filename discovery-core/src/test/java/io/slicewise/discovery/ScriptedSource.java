package io.slicewise.discovery;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A source in which the test plays the API server, call by call. */
final class ScriptedSource implements SliceSource {

  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
  private final Set<Call> running = Collections.synchronizedSet(new LinkedHashSet<>());
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Consumer<Call> onStart = call -> {};
  private volatile boolean closed;

  @Override
  public Exchange start(SliceRequest request, SliceHandler handler) {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("scripted: no thread can be made");
    }
    Call call = new Call(request, handler, running::remove);
    running.add(call);
    calls.add(call);
    onStart.accept(call);
    return call;
  }

  /** Sets who hears of each call before anything else happens to it. */
  void onStart(Consumer<Call> listener) {
    onStart = listener;
  }

  /** Throws from the next calls of {@link #start}. */
  void failToStart(int times) {
    failures.set(times);
  }

  @Override
  public String describe() {
    return "https://scripted";
  }

  @Override
  public void close() {
    closed = true;
    calls().forEach(Call::cancel);
  }

  boolean isClosed() {
    return closed;
  }

  List<Call> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  int count() {
    return calls.size();
  }

  /** The newest call. */
  Call last() {
    return calls.get(calls.size() - 1);
  }

  List<Call> running() {
    synchronized (running) {
      return List.copyOf(running);
    }
  }

  /** The one running call that asks for this Service. */
  Call runningFor(String service) {
    List<Call> found =
        running().stream().filter(call -> call.request.services().contains(service)).toList();
    if (found.size() != 1) {
      throw new AssertionError(service + ": " + found.size() + " running calls (expected: 1)");
    }
    return found.get(0);
  }

  /** One exchange; the methods are what the server does. */
  static final class Call implements Exchange {
    final SliceRequest request;
    private final SliceHandler handler;
    private final Consumer<Call> onEnd;
    private volatile boolean ended;
    private volatile boolean cancelled;

    private Call(SliceRequest request, SliceHandler handler, Consumer<Call> onEnd) {
      this.request = request;
      this.handler = handler;
      this.onEnd = onEnd;
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
      return event(SliceEvent.of(type, slice));
    }

    Call event(SliceEvent event) {
      handler.onEvent(event);
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
      return error(new ApiStatus(code, reason, "scripted", null, false));
    }

    Call error(ApiStatus status) {
      handler.onEvent(SliceEvent.error(status));
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
      end(ExchangeEnd.failed(ExchangeEnd.Kind.UNREACHABLE, "connect timed out"));
    }

    void notListening() {
      end(ExchangeEnd.failed(ExchangeEnd.Kind.NOT_LISTENING, "connection refused"));
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

    void end(ExchangeEnd end) {
      if (!ended) {
        ended = true;
        onEnd.accept(this);
        handler.onEnd(end);
      }
    }
  }
}
