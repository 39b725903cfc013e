package io.slicewise.discovery.chaos;

import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** A source that is broken on purpose: it does not pass on the first deletion. */
record ForgetfulSource(SliceSource source, AtomicBoolean forgot) implements SliceSource {

  ForgetfulSource(SliceSource source) {
    this(source, new AtomicBoolean());
  }

  @Override
  public Exchange start(SliceRequest request, SliceHandler handler) {
    return source.start(
        request,
        new SliceHandler() {
          @Override
          public void onOpen() {
            handler.onOpen();
          }

          @Override
          public void onEvent(SliceEvent event) {
            boolean deletion = event.type() == SliceEvent.Type.DELETED;
            if (!deletion || !forgot.compareAndSet(false, true)) {
              handler.onEvent(event);
            }
          }

          @Override
          public void onEnd(ExchangeEnd end) {
            handler.onEnd(end);
          }
        });
  }

  @Override
  public String describe() {
    return source.describe();
  }

  @Override
  public void close() {
    source.close();
  }
}
