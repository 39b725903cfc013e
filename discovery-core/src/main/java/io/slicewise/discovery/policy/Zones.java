package io.slicewise.discovery.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each zone can take. The arrays run side by side and are not copied: nobody may write them.
 *
 * @param names the zones, each once; {@link Verdicts#NO_ZONE} among them where endpoints have none
 * @param capacities the effective capacity of each: the sum of its endpoints' weights, less for
 *     those that are ejected or have just started; zero or more
 */
public record Zones(List<String> names, double[] capacities) {

  public Zones {
    names = List.copyOf(names);
    if (names.size() != capacities.length) {
      throw new IllegalArgumentException(
          "capacities: " + capacities.length + " (expected: " + names.size() + ", one a zone)");
    }
  }

  /** The sum of all capacities. */
  public double total() {
    double total = 0;
    for (double capacity : capacities) {
      total += capacity;
    }
    return total;
  }

  /** Returns the share of each zone in the total, in the same order; the total is above 0. */
  public double[] capacityShares() {
    double total = total();
    double[] shares = new double[capacities.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = capacities[i] / total;
    }
    return shares;
  }

  /** Returns the place of a zone among the names, or -1. */
  public int indexOf(@Nullable String zone) {
    return zone == null ? -1 : names.indexOf(zone);
  }
}
