package io.slicewise.discovery.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The calls that this process has in flight to one endpoint. It belongs to the endpoint's identity
 * and is handed on with every update of its content. Thread safe; never blocks.
 *
 * <p>Calls are counted in all, which is the one word that a pick reads, and by the age in which
 * they started, in {@value #AGES} counters that take turns: what is still open after {@value #AGES}
 * ages was forgotten by its caller, and is not counted any more. Whoever owns the endpoint says
 * when an age ends.
 */
public final class EndpointLoad extends LoadCells.Counters implements Loaded {

  /** How many ages a call may span; then it counts no more. */
  public static final int AGES = 4;

  private static final long CALLS = 0xffff_ffffL;
  private static final long ONE_STARTED = 1L << 32;
  private static final VarHandle FIRST = counter("first");
  private static final VarHandle SECOND = counter("second");
  private static final VarHandle THIRD = counter("third");
  private static final VarHandle FOURTH = counter("fourth");
  private static final VarHandle TOTAL = counter("total");

  @SuppressWarnings({"unused", "UnusedVariable"})
  private long q0, q1, q2, q3, q4, q5, q6, q7; // a cache line behind the counters, too

  EndpointLoad() {}

  private static VarHandle counter(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(LoadCells.Counters.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Returns the number of calls started and not yet finished, phantoms included. */
  @Override
  public int inFlight() {
    return (int) total;
  }

  /**
   * Returns the number of calls that were ever started, modulo 2^32: what it grew by between two
   * looks is what counts. It costs a call nothing, because it lives in the word of those in flight.
   */
  public long started() {
    return total >>> 32;
  }

  private long calls(int inAge) {
    return switch (inAge % AGES) {
      case 0 -> first;
      case 1 -> second;
      case 2 -> third;
      default -> fourth;
    };
  }

  private boolean replaceCalls(int inAge, long expected, long now) {
    return switch (inAge % AGES) {
      case 0 -> FIRST.compareAndSet(this, expected, now);
      case 1 -> SECOND.compareAndSet(this, expected, now);
      case 2 -> THIRD.compareAndSet(this, expected, now);
      default -> FOURTH.compareAndSet(this, expected, now);
    };
  }

  /**
   * Notes that a call starts.
   *
   * @return the age, to be given to exactly one {@link #finish}
   */
  public int start() {
    while (true) {
      int now = (int) age;
      long there = calls(now);
      if (there >>> 32 == now) {
        if (replaceCalls(now, there, there + 1)) {
          TOTAL.getAndAdd(this, ONE_STARTED + 1);
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
    while (true) {
      long there = calls(startedIn);
      if (there >>> 32 != startedIn) {
        return; // expired
      }
      if ((there & CALLS) == 0) {
        throw new IllegalStateException("finish() without start()");
      }
      if (replaceCalls(startedIn, there, there - 1)) {
        TOTAL.getAndAdd(this, -1L);
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
    long next = age + 1;
    long there = calls((int) next);
    while (!replaceCalls((int) next, there, next << 32)) {
      there = calls((int) next);
    }
    TOTAL.getAndAdd(this, -(there & CALLS));
    age = next;
    return (int) (there & CALLS);
  }

  /** Makes the endpoint look busier by so many calls than it is, or takes that back. */
  public void addPhantoms(int calls) {
    TOTAL.getAndAdd(this, (long) calls);
  }
}
