package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;

/** Notes when the last event arrived, decoded, and leaves everything else to another source. */
final class StampingSource implements SliceSource {

  private final SliceSource delegate;
  private volatile long arrivedAt;

  StampingSource(SliceSource delegate) {
    this.delegate = delegate;
  }

  /** When the last event arrived, by {@link System#nanoTime()}. */
  long arrivedAt() {
    return arrivedAt;
  }

  @Override
  public Exchange start(SliceRequest request, SliceHandler handler) {
    return delegate.start(
        request,
        new SliceHandler() {
          @Override
          public void onOpen() {
            handler.onOpen();
          }

          @Override
          public void onEvent(SliceEvent event) {
            arrivedAt = System.nanoTime();
            handler.onEvent(event);
          }

          @Override
          public void onEnd(ExchangeEnd end) {
            handler.onEnd(end);
          }
        });
  }

  @Override
  public String describe() {
    return delegate.describe();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
