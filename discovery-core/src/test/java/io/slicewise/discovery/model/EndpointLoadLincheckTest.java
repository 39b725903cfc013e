package io.slicewise.discovery.model;

import io.slicewise.discovery.Interleavings;
import io.slicewise.discovery.Interleavings.Shape;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls start and end while an age ends and takes those along that nobody has ended. */
@Tag("lincheck")
@Param(name = "thread", gen = ThreadIdGen.class)
public class EndpointLoadLincheckTest {

  private static final int THREADS = 8;

  private final EndpointLoad load = new EndpointLoad();
  private final Integer[] old = new Integer[THREADS]; // of the age that is the next to expire
  private final Integer[] own = new Integer[THREADS];
  private final int[] phantoms = new int[THREADS];
  private final int[] started = new int[THREADS];
  private boolean expired;

  public EndpointLoadLincheckTest() {
    for (int i = 0; i < THREADS; i++) {
      old[i] = load.start();
    }
    for (int i = 1; i < EndpointLoad.AGES; i++) {
      load.endAge();
    }
  }

  @Operation
  public boolean start(@Param(name = "thread") int thread) {
    if (own[thread] == null) {
      own[thread] = load.start();
      started[thread]++;
    }
    return load.inFlight() >= 1;
  }

  @Operation
  public boolean finish(@Param(name = "thread") int thread) {
    if (own[thread] != null) {
      load.finish(own[thread]);
      own[thread] = null;
    }
    return load.inFlight() >= 0;
  }

  /** Ends a call that is expiring just now, or has. */
  @Operation
  public boolean finishOld(@Param(name = "thread") int thread) {
    if (old[thread] != null) {
      load.finish(old[thread]);
      old[thread] = null;
    }
    return load.inFlight() >= 0;
  }

  @Operation
  public boolean addPhantom(@Param(name = "thread") int thread) {
    load.addPhantoms(1);
    phantoms[thread]++;
    return load.inFlight() >= 1;
  }

  @Operation(runOnce = true)
  public boolean endAge() {
    load.endAge();
    expired = true;
    return load.inFlight() >= 0;
  }

  /** Counts by hand once all threads have come to rest. */
  @Validate
  public void countsWhatIsLeft() {
    int left = 0;
    int all = THREADS;
    for (int i = 0; i < THREADS; i++) {
      left += (own[i] != null ? 1 : 0) + (old[i] != null && !expired ? 1 : 0) + phantoms[i];
      all += started[i];
    }
    if (load.inFlight() != left || load.started() != all) {
      throw new AssertionError(
          String.format(
              "in flight: %d, started: %d (expected: %d, %d)",
              load.inFlight(), load.started(), left, all));
    }
  }

  @Test
  void nothingIsLostOrTakenTwiceWhenAnAgeEnds() {
    Interleavings.choose(getClass(), new Shape(8, 3, 2), 60);
  }

  @Test
  void nothingIsLostOrTakenTwiceOnRealThreads() {
    Interleavings.race(getClass(), new Shape(8, 3, 3), 100);
  }
}
