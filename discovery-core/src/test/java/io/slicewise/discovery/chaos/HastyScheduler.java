package io.slicewise.discovery.chaos;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs discovery's timers as they are up to half a second, and those beyond that many times sooner:
 * back-offs of half a minute, merges after thirty quiet seconds and watchdogs happen within a
 * minute of chaos as they do within an hour of life. The settle window stays what it is.
 */
final class HastyScheduler extends ScheduledThreadPoolExecutor {

  private static final long AS_IS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(60);

  private final int haste;

  HastyScheduler(int haste) {
    super(2, HastyScheduler::daemons);
    this.haste = haste;
    setRemoveOnCancelPolicy(true);
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    AtomicInteger number = new AtomicInteger();
    setThreadFactory(
        task -> {
          Thread thread = new Thread(task, "slicewise-writer-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private static Thread daemons(Runnable task) {
    return new Thread(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return super.schedule(task, shortened(unit.toNanos(delay)), TimeUnit.NANOSECONDS);
  }

  private long shortened(long nanos) {
    return nanos <= AS_IS || haste == 1 ? nanos : Math.max(SHORTEST, nanos / haste);
  }
}
