package io.slicewise.discovery.cli;

import java.util.List;
import java.util.Locale;

/**
 * What came out of a demo.
 *
 * @param traffic all calls
 * @param maxOverMean calls per second of ready time of the busiest pod, over those of all pods
 * @param reasons why the first calls failed that did
 */
record Result(Traffic traffic, double maxOverMean, List<String> reasons) {

  /** A pod that was ready for less has too few calls to say how busy it was. */
  private static final double LEAST_SECONDS = 1;

  static Result of(Tally tally, List<Backend> pods) {
    double allSeconds = 0;
    long allCalls = 0;
    for (Backend pod : pods) {
      allSeconds += pod.readySeconds();
      allCalls += tally.callsToPod(pod.name());
    }
    double mean = allSeconds == 0 ? 0 : allCalls / allSeconds;
    double busiest = 0;
    for (Backend pod : pods) {
      if (pod.readySeconds() >= LEAST_SECONDS) {
        busiest = Math.max(busiest, tally.callsToPod(pod.name()) / pod.readySeconds());
      }
    }
    return new Result(tally.traffic(), mean == 0 ? 0 : busiest / mean, tally.reasons());
  }

  boolean isSuccess() {
    return traffic.errors() == 0 && traffic.calls() > 0;
  }

  /** Returns the line that scripts read. */
  String line() {
    return String.format(
        Locale.ROOT,
        "RESULT calls=%d errors=%d cross_zone=%.1f max_over_mean=%.2f optimum=%.1f uniform=%.1f",
        traffic.calls(),
        traffic.errors(),
        traffic.crossZone(),
        maxOverMean,
        traffic.optimum(),
        traffic.uniform());
  }
}
