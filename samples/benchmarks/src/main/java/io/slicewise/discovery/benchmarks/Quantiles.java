package io.slicewise.discovery.benchmarks;

import java.util.Arrays;

/** Times in order. */
final class Quantiles {

  private final long[] sorted;

  /**
   * Sorts a copy.
   *
   * @param nanos the times in nanoseconds
   */
  Quantiles(long[] nanos) {
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  double millis(double quantile) {
    int index = (int) Math.ceil(quantile * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e6;
  }
}
