package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import java.util.PriorityQueue;

/**
 * What happens when, on the one thread of a simulation. The discoveries' own tasks wait on the
 * clock and run in between, before what is due at the same time here.
 */
final class Agenda {

  static final long SECOND = Duration.ofSeconds(1).toNanos();

  private record Entry(long at, long number, Runnable task) implements Comparable<Entry> {

    @Override
    public int compareTo(Entry other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
    }
  }

  private final FakeClock clock = new FakeClock();
  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long entered;

  /** The clock, which is also what runs the discoveries. */
  FakeClock clock() {
    return clock;
  }

  /** Nanoseconds since the beginning. */
  long now() {
    return clock.nanoTime();
  }

  /** Has a task run at a time. */
  void at(double seconds, Runnable task) {
    entries.add(new Entry((long) (seconds * SECOND), entered++, task));
  }

  /** Has a task run in so many nanoseconds. */
  void after(long nanos, Runnable task) {
    entries.add(new Entry(now() + nanos, entered++, task));
  }

  /** Lets time pass up to a moment. */
  void runUntil(double seconds) {
    long end = (long) (seconds * SECOND);
    while (!entries.isEmpty() && entries.peek().at <= end) {
      Entry next = entries.poll();
      moveTo(next.at);
      next.task.run();
    }
    moveTo(end);
  }

  private void moveTo(long time) {
    clock.advance(Duration.ofNanos(Math.max(0, time - now())));
  }
}
