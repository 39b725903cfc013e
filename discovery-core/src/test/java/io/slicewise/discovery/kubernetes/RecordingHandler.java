package io.slicewise.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A handler that a test waits on. */
final class RecordingHandler implements SliceHandler {

  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<SliceEvent> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Thread> opened = new CompletableFuture<>();
  private final CompletableFuture<ExchangeEnd> ended = new CompletableFuture<>();

  @Override
  public void onOpen() {
    opened.complete(Thread.currentThread());
  }

  @Override
  public void onEvent(SliceEvent event) {
    events.add(event);
  }

  @Override
  public void onEnd(ExchangeEnd end) {
    if (!ended.complete(end)) {
      throw new AssertionError("a second end: " + end);
    }
  }

  boolean isOpen() {
    return opened.isDone();
  }

  boolean isEnded() {
    return ended.isDone();
  }

  /** Waits for the head of the answer, and returns the reader thread. */
  Thread awaitOpen() throws Exception {
    return opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  ExchangeEnd awaitEnd() throws Exception {
    return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  SliceEvent awaitEvent() throws Exception {
    return requireNonNull(events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no event came");
  }

  /** Waits for the bookmark that ends the initial events, and returns what came up to it. */
  List<SliceEvent> awaitInitialEvents() throws Exception {
    List<SliceEvent> all = new ArrayList<>();
    do {
      all.add(awaitEvent());
    } while (!all.get(all.size() - 1).initialEventsEnd());
    return all;
  }

  /** Returns the events that came and were not awaited. */
  List<SliceEvent> remaining() {
    List<SliceEvent> all = new ArrayList<>();
    events.drainTo(all);
    return all;
  }
}
