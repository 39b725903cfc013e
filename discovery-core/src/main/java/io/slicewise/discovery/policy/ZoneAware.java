package io.slicewise.discovery.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * As little cross-zone traffic as is possible while no endpoint's expected load exceeds (1 +
 * tolerance) times an equal one; see {@link ZoneFlows#minimalCrossing}. It needs to know where the
 * callers are: where that is not known, {@link ZoneFlows#boundedMix} holds the same bound for
 * callers that are not too uneven. Without a zone of the own, all endpoints alike.
 *
 * @param tolerance ε: how far above an equal load an endpoint may get, 0 to 10; default 0.2
 * @param maxCallerSkew how many times as many of the callers as of the capacity a zone may have
 *     where the callers are not known, 1 to 100; default 1.5
 * @param regions the region of each zone, for keeping what leaves a zone in its region; default
 *     none. A zone that is not named here is in a region with the others that are not.
 */
public record ZoneAware(double tolerance, double maxCallerSkew, Map<String, String> regions)
    implements TopologyPolicy {

  /** Tolerance 0.2, which is Kubernetes' own threshold; skew 1.5; no regions. */
  public static final ZoneAware DEFAULTS = new ZoneAware(0.2, 1.5, Map.of());

  public ZoneAware {
    if (!(tolerance >= 0 && tolerance <= 10)) {
      throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: 0 to 10)");
    }
    if (!(maxCallerSkew >= 1 && maxCallerSkew <= 100)) {
      throw new IllegalArgumentException(
          "maxCallerSkew: " + maxCallerSkew + " (expected: 1 to 100)");
    }
    regions = Map.copyOf(regions);
  }

  /** Returns the same with another tolerance. */
  public ZoneAware withTolerance(double other) {
    return new ZoneAware(other, maxCallerSkew, regions);
  }

  /** Returns the same with another bound on the skew of callers that are not known. */
  public ZoneAware withMaxCallerSkew(double other) {
    return new ZoneAware(tolerance, other, regions);
  }

  /** Returns the same with the regions of zones. */
  public ZoneAware withRegions(Map<String, String> other) {
    return new ZoneAware(tolerance, maxCallerSkew, other);
  }

  @Override
  public String label() {
    return "zoneAware";
  }

  @Override
  public Scope scope(Census census, OwnPlace own) {
    return Scope.ALL;
  }

  @Override
  public boolean usesCallers() {
    return true;
  }

  @Override
  public Spread spread(Zones zones, OwnPlace own, Callers callers) {
    String zone = own.zone();
    if (zone == null) {
      return Spread.byCapacity(zones, "own zone unknown: by capacity");
    }
    String doubt = callers.doubt(zone);
    Zones all = withCallers(zones, zone, callers);
    int at = all.indexOf(zone);
    double[] capacities = all.capacityShares();
    double[] shares;
    String basis;
    if (doubt == null) {
      double[] of = new double[capacities.length];
      for (int i = 0; i < of.length; i++) {
        of[i] = callers.share(all.names().get(i));
      }
      shares = ZoneFlows.minimalCrossing(of, capacities, at, tolerance, regionNumbers(all.names()));
      basis = "callers: " + callers.source();
    } else {
      shares = ZoneFlows.boundedMix(capacities, at, tolerance, maxCallerSkew);
      double alpha = ZoneFlows.alpha(tolerance, maxCallerSkew);
      basis =
          capacities[at] > 0
              ? String.format(
                  Locale.ROOT, "callers unknown (%s): %.0f %% local", doubt, 100 * alpha)
              : "no endpoint in the own zone: by capacity";
    }
    return new Spread(Arrays.copyOf(shares, zones.names().size()), basis);
  }

  /** Adds the zones of callers that have no capacity at the end. */
  private static Zones withCallers(Zones zones, String own, Callers callers) {
    Set<String> names = new LinkedHashSet<>(zones.names());
    names.add(own);
    names.addAll(callers.shares().keySet());
    return new Zones(List.copyOf(names), Arrays.copyOf(zones.capacities(), names.size()));
  }

  private int[] regionNumbers(List<String> names) {
    List<String> known = new ArrayList<>();
    int[] numbers = new int[names.size()];
    for (int i = 0; i < numbers.length && !regions.isEmpty(); i++) {
      String region = regions.getOrDefault(names.get(i), "");
      if (!known.contains(region)) {
        known.add(region);
      }
      numbers[i] = known.indexOf(region);
    }
    return numbers;
  }
}
