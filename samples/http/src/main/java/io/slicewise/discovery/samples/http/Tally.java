package io.slicewise.discovery.samples.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts calls as they end. Thread safe. */
final class Tally {

  /** What stands for the zone of a pod that does not know its own. */
  static final String NO_ZONE = "(no zone)";

  private static final int MOST_REASONS = 100;

  /**
   * The calls so far, or those of a while.
   *
   * @param calls that ended, whether well or not
   * @param errors those that failed for good
   * @param zones how many calls each zone has answered
   */
  record Counts(long calls, long errors, Map<String, Long> zones) {

    /** Nothing yet. */
    static final Counts NONE = new Counts(0, 0, Map.of());

    /** Returns what is not among earlier ones. */
    Counts since(Counts earlier) {
      Map<String, Long> added = new TreeMap<>();
      zones.forEach((zone, n) -> added.put(zone, n - earlier.zones.getOrDefault(zone, 0L)));
      return new Counts(calls - earlier.calls, errors - earlier.errors, added);
    }

    /** Returns the percentage of the answers that came from a zone. */
    double share(String zone) {
      long all = zones.values().stream().mapToLong(Long::longValue).sum();
      return all == 0 ? 0 : 100.0 * zones.getOrDefault(zone, 0L) / all;
    }
  }

  private final LongAdder calls = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final Map<String, LongAdder> zones = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> pods = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> libraries = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

  void answered(String library, Pod pod) {
    calls.increment();
    count(libraries, library);
    count(zones, pod.zone().isEmpty() ? NO_ZONE : pod.zone());
    count(pods, pod.name());
  }

  /** Notes a call that has failed for good, and how. */
  void failed(String library, String why) {
    calls.increment();
    errors.increment();
    count(libraries, library);
    String reason = (library + ": " + why).replaceAll("\\s+", " ");
    if (reasons.size() < MOST_REASONS || reasons.containsKey(reason)) {
      count(reasons, reason);
    }
  }

  private static void count(Map<String, LongAdder> counters, String what) {
    counters.computeIfAbsent(what, unknown -> new LongAdder()).increment();
  }

  Counts counts() {
    return new Counts(calls.sum(), errors.sum(), copy(zones));
  }

  /** The calls that each pod has answered. */
  Map<String, Long> pods() {
    return copy(pods);
  }

  /** The calls that each library has made. */
  Map<String, Long> libraries() {
    return copy(libraries);
  }

  /** Why calls failed, and how often. */
  Map<String, Long> reasons() {
    return copy(reasons);
  }

  private static Map<String, Long> copy(Map<String, LongAdder> counters) {
    Map<String, Long> sums = new TreeMap<>();
    counters.forEach((what, counter) -> sums.put(what, counter.sum()));
    return sums;
  }
}
