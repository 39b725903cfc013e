package io.slicewise.discovery.benchmarks.simulator;

import java.util.Arrays;

/** How often each value was seen, in steps of a size; what is beyond the last step counts there. */
final class Histogram {

  private static final int STEPS = 100_000;

  private final double step;
  private long[] counts = new long[64];
  private long total;

  Histogram(double step) {
    this.step = step;
  }

  void add(double value) {
    int at = (int) Math.min(STEPS - 1.0, value / step);
    if (at >= counts.length) {
      counts = Arrays.copyOf(counts, Math.min(STEPS, Math.max(2 * counts.length, at + 1)));
    }
    counts[at]++;
    total++;
  }

  /** Returns the value that so much of all is at most, to the step; 0 if there is nothing. */
  double quantile(double part) {
    long rank = (long) Math.ceil(part * total);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && counts[i] > 0) {
        return i * step;
      }
    }
    return 0;
  }
}
