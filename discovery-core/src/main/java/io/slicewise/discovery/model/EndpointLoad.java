package io.slicewise.discovery.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * The calls that this process has in flight to one endpoint. It belongs to the endpoint's identity
 * and survives every update of its content. Thread safe; never blocks.
 *
 * <p>The counter sits in the middle of its own cache lines, because every call writes it and every
 * pick of a neighbour must not wait for that. It is made at the first call: most endpoints of a
 * large Service are never called by one process, and padding is what would cost them most.
 */
public final class EndpointLoad {

  private static final VarHandle COUNTER;
  private static final int INTS_PER_CACHE_LINE = 16;

  static {
    try {
      COUNTER =
          MethodHandles.lookup()
              .findVarHandle(EndpointLoad.class, "counter", AtomicIntegerArray.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable AtomicIntegerArray counter;

  EndpointLoad() {}

  /** Returns the number of calls started and not yet finished. */
  public int inFlight() {
    AtomicIntegerArray cell = counter;
    return cell == null ? 0 : cell.get(INTS_PER_CACHE_LINE);
  }

  /** Notes that a call starts. Each start must be followed by exactly one {@link #finish()}. */
  public void start() {
    AtomicIntegerArray cell = counter;
    if (cell == null) {
      cell = new AtomicIntegerArray(2 * INTS_PER_CACHE_LINE + 1);
      AtomicIntegerArray raced = (AtomicIntegerArray) COUNTER.compareAndExchange(this, null, cell);
      cell = raced == null ? cell : raced;
    }
    cell.getAndIncrement(INTS_PER_CACHE_LINE);
  }

  /** Notes that a started call has ended, whatever its outcome. */
  public void finish() {
    AtomicIntegerArray cell = counter;
    if (cell == null) {
      throw new IllegalStateException("finish() without start()");
    }
    cell.getAndDecrement(INTS_PER_CACHE_LINE);
  }
}
