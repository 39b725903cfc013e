package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.policy.ZoneAware;
import io.slicewise.discovery.policy.ZoneFlows;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The part of a caller's calls that is to leave its zone, by three measures; or their sums over
 * several calls.
 *
 * @param plan by the shares in force
 * @param optimum by the shares with the least crossing that the tolerance allows, in force at once
 * @param uniform by shares that are the same for every endpoint
 */
record Crossing(double plan, double optimum, double uniform) {

  /** No calls. */
  static final Crossing NONE = new Crossing(0, 0, 0);

  /**
   * Returns what is to leave a zone.
   *
   * @param zones how a caller there sees the zones
   * @param callers the share of the callers that each zone has, which is what the optimum goes by
   */
  static Crossing of(String zone, List<ZoneShare> zones, Map<String, Double> callers) {
    TreeSet<String> all = new TreeSet<>(callers.keySet());
    zones.forEach(each -> all.add(each.zone()));
    List<String> names = List.copyOf(all);
    double[] capacities = new double[names.size()];
    double[] shares = new double[names.size()];
    for (ZoneShare each : zones) {
      capacities[names.indexOf(each.zone())] = each.capacity();
      shares[names.indexOf(each.zone())] = each.share();
    }
    double[] crowd = names.stream().mapToDouble(name -> callers.getOrDefault(name, 0.0)).toArray();
    int own = names.indexOf(zone);
    double tolerance = ZoneAware.DEFAULTS.tolerance();
    double[] best =
        ZoneFlows.minimalCrossing(crowd, capacities, own, tolerance, new int[names.size()]);
    return new Crossing(1 - shares[own], 1 - best[own], 1 - capacities[own]);
  }

  Crossing minus(Crossing other) {
    return new Crossing(plan - other.plan, optimum - other.optimum, uniform - other.uniform);
  }
}
