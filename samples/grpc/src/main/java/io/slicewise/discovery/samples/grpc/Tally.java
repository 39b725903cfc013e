package io.slicewise.discovery.samples.grpc;

import io.grpc.Status;
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
   * @param calls orders placed, whether well or not
   * @param errors those that failed for good, and streams that lost a step
   * @param retries calls that were sent again by gRPC
   * @param steps steps that the stream told
   * @param moves how often the stream went on in another pod
   * @param zones how many orders each zone has taken
   */
  record Counts(
      long calls, long errors, long retries, long steps, long moves, Map<String, Long> zones) {

    /** Nothing yet. */
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, Map.of());

    /** Returns what is not among earlier ones. */
    Counts since(Counts earlier) {
      Map<String, Long> added = new TreeMap<>();
      zones.forEach((zone, n) -> added.put(zone, n - earlier.zones.getOrDefault(zone, 0L)));
      return new Counts(
          calls - earlier.calls,
          errors - earlier.errors,
          retries - earlier.retries,
          steps - earlier.steps,
          moves - earlier.moves,
          added);
    }

    /** Returns the percentage of the orders that a zone has taken. */
    double share(String zone) {
      long all = zones.values().stream().mapToLong(Long::longValue).sum();
      return all == 0 ? 0 : 100.0 * zones.getOrDefault(zone, 0L) / all;
    }
  }

  private final LongAdder calls = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder steps = new LongAdder();
  private final LongAdder moves = new LongAdder();
  private final Map<String, LongAdder> zones = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> pods = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

  void answered(String pod, String zone) {
    calls.increment();
    count(zones, zone.isEmpty() ? NO_ZONE : zone);
    count(pods, pod);
  }

  void failed(Status status) {
    calls.increment();
    error("order", status);
  }

  void retried() {
    retries.increment();
  }

  void stepped() {
    steps.increment();
  }

  void moved() {
    moves.increment();
  }

  /** Notes what has failed for good, and how. */
  void error(String what, Status status) {
    errors.increment();
    String text = what + ": " + status.getCode() + ": " + status.getDescription();
    String reason = text.replaceAll("\\s+", " ");
    if (reasons.size() < MOST_REASONS || reasons.containsKey(reason)) {
      count(reasons, reason);
    }
  }

  private static void count(Map<String, LongAdder> counters, String what) {
    counters.computeIfAbsent(what, unknown -> new LongAdder()).increment();
  }

  Counts counts() {
    return new Counts(
        calls.sum(), errors.sum(), retries.sum(), steps.sum(), moves.sum(), copy(zones));
  }

  /** The orders that each pod has taken. */
  Map<String, Long> pods() {
    return copy(pods);
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
