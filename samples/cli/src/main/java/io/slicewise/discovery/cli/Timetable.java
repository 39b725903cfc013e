package io.slicewise.discovery.cli;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What is to happen later. The first failure is kept, because nobody waits for a timer's task. */
final class Timetable implements AutoCloseable {

  private static final int SECONDS_TO_END = 2;

  private final ScheduledExecutorService timer;
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  /**
   * Creates an empty timetable.
   *
   * @param timer runs what is due; shut down with the timetable
   */
  Timetable(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  void after(Duration delay, Runnable task) {
    timer.schedule(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
          }
        },
        delay.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /** Fails if something that happened has failed. */
  void check() {
    RuntimeException first = failure.get();
    if (first != null) {
      throw new IllegalStateException("the demo itself failed: " + first, first);
    }
  }

  /** Drops what is to come, and waits for what is under way. Idempotent. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      boolean unused = timer.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
