package io.slicewise.discovery.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Time and a scheduler that stand still until a test moves them.
 *
 * <p>Nothing runs by itself: not even {@link #execute} runs inline. Tasks run inside {@link
 * #runDueTasks()} and {@link #advance}, on the calling thread, in the order of their due time and,
 * where that is equal, of their submission. While a task runs, the clock shows the task's due time.
 * An exception from a task given to {@code execute} reaches the caller of those two; one from a
 * task given to {@code submit} or {@code schedule} is in its future.
 */
public final class FakeClock extends AbstractExecutorService
    implements ScheduledExecutorService, InstantSource {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Object lock = new Object();
  // Guarded by lock, as is everything below.
  private final PriorityQueue<FakeTask<?>> tasks = new PriorityQueue<>();
  private long now;
  private long sequence;
  private boolean shutdown;

  /** Nanoseconds since the clock was made. */
  public long nanoTime() {
    synchronized (lock) {
      return now;
    }
  }

  @Override
  public Instant instant() {
    return START.plusNanos(nanoTime());
  }

  /** The number of tasks that wait, due or not. */
  public int pendingTasks() {
    synchronized (lock) {
      return tasks.size();
    }
  }

  /**
   * Runs every task that is due now, also those that these submit.
   *
   * @return how many ran
   */
  public int runDueTasks() {
    return advance(Duration.ZERO);
  }

  /**
   * Moves the clock, running each task when its time comes.
   *
   * @return how many ran
   */
  public int advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
    }
    long end = nanoTime() + duration.toNanos();
    int ran = 0;
    for (FakeTask<?> task = nextDueBy(end); task != null; task = nextDueBy(end)) {
      ran++;
      task.runOnce();
    }
    synchronized (lock) {
      now = Math.max(now, end);
    }
    return ran;
  }

  private @Nullable FakeTask<?> nextDueBy(long end) {
    synchronized (lock) {
      FakeTask<?> task = tasks.peek();
      if (task == null || task.due() > end) {
        return null;
      }
      now = Math.max(now, task.due());
      return tasks.poll();
    }
  }

  @Override
  public void execute(Runnable command) {
    Future<?> unused = add(new FakeTask<@Nullable Void>(this, command, 0, true), 0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return add(new FakeTask<@Nullable Void>(this, command, 0, false), unit.toNanos(delay));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return add(new FakeTask<>(this, callable), unit.toNanos(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    long nanos = positive(unit.toNanos(period));
    return add(
        new FakeTask<@Nullable Void>(this, command, nanos, false), unit.toNanos(initialDelay));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    long nanos = positive(unit.toNanos(delay));
    return add(
        new FakeTask<@Nullable Void>(this, command, -nanos, false), unit.toNanos(initialDelay));
  }

  private static long positive(long nanos) {
    if (nanos <= 0) {
      throw new IllegalArgumentException("period: " + nanos + " (expected: > 0)");
    }
    return nanos;
  }

  private <T extends FakeTask<?>> T add(T task, long delay) {
    synchronized (lock) {
      if (shutdown) {
        throw new RejectedExecutionException("the clock is shut down");
      }
      task.dueAt(now + Math.max(0, delay), sequence++);
      tasks.add(task);
      return task;
    }
  }

  /** Puts a periodic task back, {@code period} after it was due, or negated, after it ended. */
  void again(FakeTask<?> task, long period) {
    synchronized (lock) {
      if (!shutdown) {
        task.dueAt(period > 0 ? task.due() + period : now - period, sequence++);
        tasks.add(task);
      }
    }
  }

  void forget(FakeTask<?> task) {
    synchronized (lock) {
      tasks.remove(task);
    }
  }

  /** Takes no more tasks; drops the periodic ones and keeps the others to be run. */
  @Override
  public void shutdown() {
    synchronized (lock) {
      shutdown = true;
      tasks.removeIf(FakeTask::isPeriodic);
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    synchronized (lock) {
      shutdown = true;
      List<Runnable> dropped = new ArrayList<>(tasks);
      tasks.clear();
      return dropped;
    }
  }

  @Override
  public boolean isShutdown() {
    synchronized (lock) {
      return shutdown;
    }
  }

  @Override
  public boolean isTerminated() {
    synchronized (lock) {
      return shutdown && tasks.isEmpty();
    }
  }

  /** Answers at once: this clock does not wait for anything. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
