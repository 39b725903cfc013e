package io.slicewise.discovery.model;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The calls that this process has in flight to one endpoint. It belongs to the endpoint's identity
 * and is handed on with every update of its content. Thread safe; never blocks.
 *
 * <p>Calls are counted in all, which is what a pick reads, and by the age in which they started:
 * what is still open after {@value #AGES} ages was forgotten by its caller, and is not counted any
 * more. Whoever owns the endpoint says when an age ends.
 *
 * <p>The counters sit in the middle of their own cache lines, because every call writes them and a
 * pick of a neighbour must not wait for that.
 */
public final class EndpointLoad {

  /** How many ages a call may span; then it counts no more. */
  public static final int AGES = 4;

  private static final int LONGS_PER_CACHE_LINE = 8;
  private static final int TOTAL = LONGS_PER_CACHE_LINE;
  private static final int FIRST = TOTAL + 1; // then one for each age, as age << 32 | calls
  private static final long CALLS = 0xffff_ffffL;

  private final AtomicLongArray cells = new AtomicLongArray(3 * LONGS_PER_CACHE_LINE);
  private volatile int age;

  EndpointLoad() {}

  /** Returns the number of calls started and not yet finished, phantoms included. */
  public int inFlight() {
    return (int) cells.get(TOTAL);
  }

  /**
   * Notes that a call starts.
   *
   * @return the age, to be given to exactly one {@link #finish}
   */
  public int start() {
    while (true) {
      int now = age;
      int cell = FIRST + now % AGES;
      long there = cells.get(cell);
      if (there >>> 32 == now) {
        if (cells.compareAndSet(cell, there, there + 1)) {
          cells.getAndIncrement(TOTAL);
          return now;
        }
      } else if (age == now) {
        Thread.onSpinWait(); // endAge() is between its two writes
      }
    }
  }

  /**
   * Notes that a started call has ended, whatever its outcome; nothing if its age is over.
   *
   * @throws IllegalStateException if no call that started in that age is under way
   */
  public void finish(int startedIn) {
    int cell = FIRST + startedIn % AGES;
    while (true) {
      long there = cells.get(cell);
      if (there >>> 32 != startedIn) {
        return; // expired
      }
      if ((there & CALLS) == 0) {
        throw new IllegalStateException("finish() without start()");
      }
      if (cells.compareAndSet(cell, there, there - 1)) {
        cells.getAndDecrement(TOTAL);
        return;
      }
    }
  }

  /**
   * Ends an age: calls that started {@value #AGES} ages ago count no more. One thread at a time.
   *
   * @return how many calls expired
   */
  public int endAge() {
    int next = age + 1;
    int cell = FIRST + next % AGES;
    long expired = cells.getAndSet(cell, (long) next << 32) & CALLS;
    cells.getAndAdd(TOTAL, -expired);
    age = next;
    return (int) expired;
  }

  /** Makes the endpoint look busier by so many calls than it is, or takes that back. */
  public void addPhantoms(int calls) {
    cells.getAndAdd(TOTAL, calls);
  }
}
