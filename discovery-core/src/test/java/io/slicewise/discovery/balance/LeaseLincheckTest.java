package io.slicewise.discovery.balance;

import io.slicewise.discovery.Interleavings;
import io.slicewise.discovery.Interleavings.Shape;
import io.slicewise.discovery.model.Endpoint;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Calls in flight are counted as if each lease were opened and closed at one moment. Where two
 * threads close one, the call is uncounted when the first of them has returned, and the other one
 * may return before.
 */
@Tag("lincheck")
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "shared", gen = IntGen.class, conf = "0:1")
public class LeaseLincheckTest {

  private final Endpoint endpoint = TwoChoicesPickerTest.endpoints(1).get(0);
  private final Endpoint other = TwoChoicesPickerTest.endpoints(1).get(0);
  private final Lease[] shared = {Lease.open(other), Lease.open(other)};
  private final Lease[] own = new Lease[8];

  /** A thread opens a lease of its own if it has none. */
  @Operation
  public void open(@Param(name = "thread") int thread) {
    if (own[thread] == null) {
      own[thread] = Lease.open(endpoint);
    }
  }

  @Operation
  public void close(@Param(name = "thread") int thread) {
    if (own[thread] != null) {
      own[thread].close();
      own[thread] = null;
    }
  }

  /** Any thread closes, as often as it likes. */
  @Operation
  public void closeShared(@Param(name = "shared") int lease) {
    shared[lease].end(Outcome.SUCCESS);
  }

  @Operation
  public int inFlight() {
    return endpoint.inFlight();
  }

  @Operation
  public long started() {
    return endpoint.started();
  }

  @Validate
  public void leasesThatManyCloseCountOnce() {
    int open = (shared[0].isOpen() ? 1 : 0) + (shared[1].isOpen() ? 1 : 0);
    if (other.inFlight() != open) {
      throw new AssertionError("in flight: " + other.inFlight() + " (expected: " + open + ")");
    }
  }

  @Test
  void countsAsIfOneAfterAnother() {
    Interleavings.choose(getClass(), new Shape(8, 3, 2), 60);
  }

  @Test
  void countsOnRealThreads() {
    Interleavings.race(getClass(), new Shape(8, 3, 3), 100);
  }
}
