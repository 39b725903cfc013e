package io.slicewise.discovery.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * How many endpoints of each zone one client keeps to, so that neither side of a large Service has
 * thousands of connections: in proportion to the zone's share of the calls, and no more changes of
 * that than need be. Confined to the writer.
 */
final class Subsetting {

  /** A zone that has calls keeps two: one may fail. */
  private static final int LEAST = 2;

  private final int most;
  private final long seed;
  private Map<String, Integer> sizes = Map.of();

  /**
   * Creates one.
   *
   * @param most about how many endpoints in all, or 0 for no limit
   * @param seed chooses which ones; the same in all watches of a process
   */
  Subsetting(int most, long seed) {
    this.most = most;
    this.seed = seed;
  }

  /** Returns the choice in each zone, in the order of the zones, for their shares of the calls. */
  Map<String, Choice> choices(Map<String, Zone> zones, double[] shares) {
    Map<String, Choice> choices = new HashMap<>();
    Map<String, Integer> next = new HashMap<>();
    int at = 0;
    for (Map.Entry<String, Zone> each : zones.entrySet()) {
      double share = shares[at++];
      Zone zone = each.getValue();
      if (most == 0) {
        choices.put(each.getKey(), zone.choice());
      } else {
        int size = size(share, sizes.getOrDefault(each.getKey(), 0));
        next.put(each.getKey(), size);
        choices.put(each.getKey(), zone.choice(size, seed));
      }
    }
    sizes = next;
    return choices;
  }

  private int size(double share, int before) {
    double wanted = share * most;
    if (before > 0 && Math.abs(wanted - before) < 1) {
      return before; // shares that move to and fro are no reason to connect to others
    }
    return Math.max(share > 0 ? LEAST : 1, (int) Math.ceil(wanted));
  }
}
