package io.slicewise.discovery.model;

/**
 * The conditions of an endpoint with nil resolved the way kube-proxy does: a missing {@code ready}
 * or {@code serving} is true, a missing {@code terminating} is false.
 *
 * @param ready takes new calls: ready and not terminating, or any state under
 *     publishNotReadyAddresses
 * @param serving passes its readiness probe, terminating or not; mirrored slices never set it, so
 *     that it says nothing unless {@code terminating} is also true
 * @param terminating is being deleted
 */
public record Conditions(boolean ready, boolean serving, boolean terminating) {

  private static final Conditions[] ALL = new Conditions[8];

  static {
    for (int bits = 0; bits < ALL.length; bits++) {
      ALL[bits] = new Conditions((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
    }
  }

  /** Returns the shared instance, so that a hundred thousand endpoints hold eight of these. */
  public static Conditions of(boolean ready, boolean serving, boolean terminating) {
    return ALL[(ready ? 1 : 0) | (serving ? 2 : 0) | (terminating ? 4 : 0)];
  }

  /**
   * Returns the readiness tier: 1 takes calls, 2 takes them when nobody is in tier 1 (KEP-1669:
   * still serving while it terminates), 0 never does.
   */
  public int tier() {
    if (ready) {
      return 1;
    }
    return serving && terminating ? 2 : 0;
  }
}
