package io.slicewise.discovery.benchmarks.simulator;

import java.util.List;

/**
 * What came of a run. Loads are in parts of what an endpoint gets when all get the same.
 *
 * @param calls how many calls were counted
 * @param crossing the part of them that left its zone
 * @param endpointLoad the load of the busiest endpoint, by calls counted; some of it is chance
 * @param zoneLoad the load of the fullest zone, by calls counted
 * @param swing how far that went up and down; see {@link Swing}
 * @param queue the calls that an arriving one found before it, 99th percentile
 * @param latency service times from call to answer, 99th percentile of the answered ones
 * @param moments what the shares in force were, every second
 * @param failures when each failed call was sent, or lost, in seconds
 */
record Result(
    long calls,
    double crossing,
    double endpointLoad,
    double zoneLoad,
    double swing,
    double queue,
    double latency,
    List<Moment> moments,
    List<Double> failures) {

  /**
   * What is to be expected from the shares that all callers have at one moment: no chance in it.
   *
   * @param second when
   * @param crossing the part of the calls that leaves its zone
   * @param load the calls a second of the busiest endpoint that serves, in parts of what an
   *     endpoint gets when nothing is amiss: all callers and all endpoints there, all alike
   */
  record Moment(double second, double crossing, double load) {}

  Result {
    moments = List.copyOf(moments);
    failures = List.copyOf(failures);
  }

  /** Returns whether the queues of the busiest endpoints only grow: it has more than it can do. */
  boolean isOverloaded() {
    return peak(0, Double.MAX_VALUE) * Scenario.UTILISATION >= 1;
  }

  /** Returns the highest expected load of an endpoint from one second to another. */
  double peak(double from, double to) {
    return moments.stream()
        .filter(each -> each.second >= from && each.second < to)
        .mapToDouble(Moment::load)
        .max()
        .orElse(0);
  }

  /** Returns the mean expected part of the calls that leaves its zone. */
  double crossing(double from, double to) {
    return moments.stream()
        .filter(each -> each.second >= from && each.second < to)
        .mapToDouble(Moment::crossing)
        .average()
        .orElse(0);
  }

  /** Returns how many of the calls sent from one second to another failed. */
  long failed(double from, double to) {
    return failures.stream().filter(at -> at >= from && at < to).count();
  }
}
