package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of a {@link Reflector}, seen from the reader thread: it collects initial events
 * apart and hands everything over to the writer. The Reflector drops what an attempt says once it
 * has begun another one.
 */
final class Attempt implements SliceHandler {

  final SliceRequest request;
  final long startedAt;

  private final Reflector reflector;
  private final SerialExecutor writer;
  private final Environment environment;
  private Map<String, EndpointSlice> initial; // confined to the reader, then handed over
  private final Inbox inbox = new Inbox();
  private boolean streaming; // confined to the reader
  private volatile long lastActivity;
  private volatile boolean moved;

  // confined to the writer
  private SliceSource.@Nullable Exchange exchange;
  private long openedAt;
  private boolean opened;

  /** Creates an attempt; {@code pages} holds what earlier pages of the same list brought. */
  Attempt(
      Reflector reflector,
      SerialExecutor writer,
      Environment environment,
      SliceRequest request,
      Map<String, EndpointSlice> pages) {
    this.reflector = reflector;
    this.writer = writer;
    this.environment = environment;
    this.request = request;
    this.initial = new LinkedHashMap<>(pages);
    this.startedAt = environment.now();
    this.lastActivity = startedAt;
    this.streaming = request.kind() == SliceRequest.Kind.WATCH;
  }

  void start(SliceSource source) {
    exchange = source.start(request, this);
  }

  void cancel() {
    if (exchange != null) {
      exchange.cancel();
    }
  }

  @Override
  public void onOpen() {
    lastActivity = environment.now();
    writer.execute(() -> reflector.opened(this));
  }

  @Override
  public void onEvent(SliceEvent event) {
    lastActivity = environment.now();
    ApiStatus status = event.status();
    if (status != null) {
      writer.execute(() -> reflector.failed(this, status));
    } else if (streaming) {
      moved |= !event.resourceVersion().equals(request.resourceVersion());
      if (inbox.add(event)) {
        writer.execute(() -> reflector.changed(this, inbox.take()));
      }
    } else {
      collect(event);
    }
  }

  private void collect(SliceEvent event) {
    EndpointSlice slice = event.slice();
    if (slice == null) {
      if (event.initialEventsEnd()) {
        streaming = true;
        moved = true;
        String version = event.resourceVersion();
        Map<String, EndpointSlice> all = initial;
        initial = Map.of(); // a watch lives for minutes, and they would live with it
        writer.execute(() -> reflector.replaced(this, all.values(), version));
      }
    } else if (event.type() == SliceEvent.Type.DELETED) {
      initial.remove(slice.name());
    } else {
      initial.put(slice.name(), slice);
    }
  }

  @Override
  public void onEnd(ExchangeEnd end) {
    lastActivity = environment.now();
    writer.execute(() -> reflector.ended(this, end));
  }

  /** The slices of this page and those before it; to be called after the end of a list. */
  Map<String, EndpointSlice> collected() {
    return initial;
  }

  /** Whether this exchange brought the watch any further. */
  boolean moved() {
    return moved;
  }

  long lastActivity() {
    return lastActivity;
  }

  void markOpened() {
    opened = true;
    openedAt = environment.now();
  }

  boolean isOpened() {
    return opened;
  }

  /** Whether this is, or was, a watch that the server has accepted. */
  boolean isStream() {
    return opened && request.kind() != SliceRequest.Kind.LIST;
  }

  long openedAt() {
    return openedAt;
  }

  /** Returns for how long it has been open. */
  Duration lived() {
    return opened ? Duration.ofNanos(environment.now() - openedAt) : Duration.ZERO;
  }
}
