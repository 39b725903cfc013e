package io.slicewise.discovery.cli;

import java.util.Map;
import java.util.TreeMap;

/**
 * The calls so far, or those of a while.
 *
 * @param calls calls made
 * @param errors those that failed, for whatever reason
 * @param zones where they came from and went; those without an endpoint are missing
 * @param expected the sums of what was to leave its zone
 */
record Traffic(long calls, long errors, Map<String, Zone> zones, Crossing expected) {

  /** Nothing yet. */
  static final Traffic NONE = new Traffic(0, 0, Map.of(), Crossing.NONE);

  /**
   * The calls of one zone.
   *
   * @param from calls that were made there
   * @param stayed those of them that stayed there
   * @param to calls that were answered there
   */
  record Zone(long from, long stayed, long to) {

    static final Zone NONE = new Zone(0, 0, 0);

    /** Returns the percentage that stayed, of the calls that were made there. */
    double inZone() {
      return percent((double) stayed, (double) from);
    }
  }

  Zone zone(String name) {
    return zones.getOrDefault(name, Zone.NONE);
  }

  /** Returns the calls that are not among earlier ones. */
  Traffic since(Traffic earlier) {
    Map<String, Zone> added = new TreeMap<>();
    zones.forEach(
        (name, zone) -> {
          Zone before = earlier.zone(name);
          added.put(
              name,
              new Zone(
                  zone.from() - before.from(),
                  zone.stayed() - before.stayed(),
                  zone.to() - before.to()));
        });
    return new Traffic(
        calls - earlier.calls, errors - earlier.errors, added, expected.minus(earlier.expected));
  }

  /** The percentage of the calls that left their zone. */
  double crossZone() {
    double stayed = zones.values().stream().mapToLong(Zone::stayed).sum();
    return percent(sent() - stayed, sent());
  }

  /** The percentage that was to leave by the shares in force. */
  double plan() {
    return percent(expected.plan(), sent());
  }

  /** The percentage that had to leave at least. */
  double optimum() {
    return percent(expected.optimum(), sent());
  }

  /** The percentage that would have left if every endpoint were picked alike. */
  double uniform() {
    return percent(expected.uniform(), sent());
  }

  private double sent() {
    return zones.values().stream().mapToLong(Zone::from).sum();
  }

  private static double percent(double part, double all) {
    return all == 0 ? 0 : 100 * part / all;
  }
}
