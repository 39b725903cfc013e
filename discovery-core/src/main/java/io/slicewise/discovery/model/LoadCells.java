package io.slicewise.discovery.model;

/**
 * Lays the counters of an {@link EndpointLoad} out in memory: every call writes them, and whoever
 * reads what lies beside them must not wait for that. The fields of a superclass come first, which
 * is what keeps the padding in its place.
 */
final class LoadCells {

  private LoadCells() {}

  /** A cache line's worth of nothing. */
  @SuppressWarnings({"unused", "UnusedVariable"})
  abstract static class Padding {
    private long p0, p1, p2, p3, p4, p5, p6, p7;
  }

  /**
   * The counters: {@code started << 32} plus the calls in flight, and for each of four ages {@code
   * age << 32 | calls}.
   */
  abstract static class Counters extends Padding {
    volatile long total;
    volatile long first;
    volatile long second;
    volatile long third;
    volatile long fourth;
    volatile long age;
  }
}
