package io.slicewise.discovery.model;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The calls that this process has in flight to one endpoint. It belongs to the endpoint's identity
 * and is handed on with every update of its content. Thread safe; never blocks.
 *
 * <p>The counter sits in the middle of its own cache lines, because every call writes it and a pick
 * of a neighbour must not wait for that.
 */
public final class EndpointLoad {

  private static final int INTS_PER_CACHE_LINE = 16;

  private final AtomicIntegerArray counter = new AtomicIntegerArray(2 * INTS_PER_CACHE_LINE + 1);

  EndpointLoad() {}

  /** Returns the number of calls started and not yet finished. */
  public int inFlight() {
    return counter.get(INTS_PER_CACHE_LINE);
  }

  /** Notes that a call starts. Each start must be followed by exactly one {@link #finish()}. */
  public void start() {
    counter.getAndIncrement(INTS_PER_CACHE_LINE);
  }

  /**
   * Notes that a started call has ended, whatever its outcome.
   *
   * @throws IllegalStateException if no call is under way
   */
  public void finish() {
    if (counter.getAndDecrement(INTS_PER_CACHE_LINE) <= 0) {
      counter.getAndIncrement(INTS_PER_CACHE_LINE);
      throw new IllegalStateException("finish() without start()");
    }
  }
}
