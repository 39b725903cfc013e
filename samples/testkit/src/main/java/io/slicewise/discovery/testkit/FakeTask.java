package io.slicewise.discovery.testkit;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A task that waits in a {@link FakeClock}. */
final class FakeTask<V extends @Nullable Object> extends FutureTask<V>
    implements RunnableScheduledFuture<V> {

  private final FakeClock clock;
  private final @Nullable Runnable command;
  private final long period;
  // Both guarded by the clock's lock.
  private long due;
  private long sequence;

  FakeTask(FakeClock clock, Callable<V> callable) {
    super(callable);
    this.clock = clock;
    this.command = null;
    this.period = 0;
  }

  /**
   * @param period 0 for once, positive for a fixed rate, negative for a fixed delay
   * @param bare runs without a future around it, so that what it throws is seen
   */
  @SuppressWarnings({"NullAway", "DataFlowIssue"}) // The result of a Runnable is null.
  FakeTask(FakeClock clock, Runnable command, long period, boolean bare) {
    super(command, null);
    this.clock = clock;
    this.command = bare ? command : null;
    this.period = period;
  }

  void dueAt(long nanos, long order) {
    due = nanos;
    sequence = order;
  }

  long due() {
    return due;
  }

  void runOnce() {
    if (command != null) {
      command.run();
    } else if (period == 0) {
      run();
    } else if (runAndReset()) {
      clock.again(this, period);
    }
  }

  @Override
  public boolean isPeriodic() {
    return period != 0;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    clock.forget(this);
    return cancelled;
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(due - clock.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    FakeTask<?> that = (FakeTask<?>) other;
    int byTime = Long.compare(due, that.due);
    return byTime != 0 ? byTime : Long.compare(sequence, that.sequence);
  }

  // Delayed.compareTo orders by time only; two tasks are never the same task.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
