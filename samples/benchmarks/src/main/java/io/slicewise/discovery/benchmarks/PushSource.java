package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import org.jspecify.annotations.Nullable;

/** A source without a network: every watch is accepted, and what is pushed reaches the last one. */
final class PushSource implements SliceSource {

  private @Nullable SliceHandler handler;

  @Override
  public Exchange start(SliceRequest request, SliceHandler newHandler) {
    handler = newHandler;
    newHandler.onOpen();
    return () -> newHandler.onEnd(ExchangeEnd.failed(ExchangeEnd.Kind.CANCELLED, ""));
  }

  void push(SliceEvent event) {
    SliceHandler open = handler;
    if (open == null) {
      throw new IllegalStateException("handler: null (expected: a watch was opened)");
    }
    open.onEvent(event);
  }

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public void close() {}
}
