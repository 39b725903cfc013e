package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the machinery takes from the outside world: threads, time and chance.
 *
 * @param writers runs writer tasks and timers
 * @param listeners runs the application's listeners, so that they hold up no writer
 * @param nanoTime a clock that only goes forward, nanoseconds
 * @param wallClock the time of day, for what people read
 * @param random thread safe randomness for jitter
 */
public record Environment(
    ScheduledExecutorService writers,
    Executor listeners,
    LongSupplier nanoTime,
    InstantSource wallClock,
    RandomGenerator random) {

  public Environment {
    requireNonNull(writers, "writers");
    requireNonNull(listeners, "listeners");
    requireNonNull(nanoTime, "nanoTime");
    requireNonNull(wallClock, "wallClock");
    requireNonNull(random, "random");
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Runs a task on {@code serial} after a delay; null once discovery has ended. */
  @Nullable Future<?> schedule(Duration delay, SerialExecutor serial, Runnable task) {
    try {
      return writers.schedule(
          () -> serial.execute(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return null;
    }
  }

  /** Returns a delay between {@code from} and twice that. */
  Duration jittered(Duration from) {
    return jitteredBy(from, from);
  }

  /** Returns a delay between {@code from} and {@code from + most}. */
  Duration jitteredBy(Duration from, Duration most) {
    return from.plusNanos((long) (most.toNanos() * random.nextDouble()));
  }
}
