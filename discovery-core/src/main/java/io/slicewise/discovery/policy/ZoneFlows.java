package io.slicewise.discovery.policy;

/**
 * The arithmetic of spreading one caller's calls over zones. Pure functions of arrays that run side
 * by side, one place a zone; all shares of a kind add up to 1.
 */
public final class ZoneFlows {

  private ZoneFlows() {}

  /**
   * Returns what share of its calls a caller sends to each zone so that the callers together cross
   * zones as little as is possible while no endpoint's expected load is above (1 + tolerance) times
   * an equal one.
   *
   * <p>It is the solution of a transport problem: minimise the sum of all f<sub>ij</sub>, i ≠ j,
   * where zone i sends d<sub>i</sub> in all and zone j takes (1 + ε) c<sub>j</sub> at most. A zone
   * can keep (1 + ε) c<sub>i</sub> and must export the rest, so the sum of max(0, d<sub>i</sub> −
   * (1 + ε) c<sub>i</sub>) is a lower bound; keeping exactly that, and sending the rest to the
   * zones in proportion to their room max(0, c<sub>j</sub> − d<sub>j</sub>), reaches it: the rooms
   * add up to the sum of max(0, d<sub>i</sub> − c<sub>i</sub>), which is never less than what is
   * exported. The same inputs give the same answer to every caller, so nobody needs to agree on
   * anything. With ε = 0 it is Envoy's zone aware routing.
   *
   * <p>With regions, what is exported stays in the own region as far as there is room, shared among
   * that region's exporters in proportion, and only the rest leaves it.
   *
   * @param callers the share d of the callers in each zone; in the own zone above 0
   * @param capacities the share c of the capacity in each zone
   * @param own the caller's own zone
   * @param tolerance ε, zero or more
   * @param regions for each zone the number of its region; all the same if there are none
   */
  public static double[] minimalCrossing(
      double[] callers, double[] capacities, int own, double tolerance, int[] regions) {
    int zones = capacities.length;
    double[] flows = new double[zones];
    double most = (1 + tolerance) * capacities[own];
    double kept = callers[own] <= most ? 1 : most / callers[own];
    if (capacities[own] <= 0) {
      kept = 0;
    }
    flows[own] = kept;
    double rest = 1 - kept;
    if (rest <= 0) {
      return flows;
    }
    double[] room = new double[zones]; // up to an equal load
    double[] more = new double[zones]; // up to what is tolerated
    double[] roomOf = new double[zones]; // by region, as the rest
    double[] moreOf = new double[zones];
    double[] exportOf = new double[zones];
    for (int i = 0; i < zones; i++) {
      double tolerated = (1 + tolerance) * capacities[i];
      room[i] = Math.max(0, capacities[i] - callers[i]);
      more[i] = Math.max(0, tolerated - callers[i]);
      roomOf[regions[i]] += room[i];
      moreOf[regions[i]] += more[i];
      exportOf[regions[i]] += Math.max(0, callers[i] - tolerated);
    }
    int region = regions[own];
    double exported = exportOf[region];
    double inside = exported <= moreOf[region] ? rest : rest * moreOf[region] / exported;
    double stretch = // how far beyond an equal load the own region has to go
        exported <= roomOf[region]
            ? 0
            : Math.min(1, (exported - roomOf[region]) / (moreOf[region] - roomOf[region]));
    stretch = Double.isNaN(stretch) ? 0 : stretch;
    double near = roomOf[region] + stretch * (moreOf[region] - roomOf[region]);
    double far = 0; // the room that the other regions leave
    for (int i = 0; i < zones; i++) {
      far += regions[i] == region ? 0 : room[i] * spare(roomOf[regions[i]], exportOf[regions[i]]);
    }
    if (far <= 0) {
      inside = rest; // rounding alone left anything for the others
    }
    for (int i = 0; i < zones; i++) {
      if (regions[i] != region) {
        double left = room[i] * spare(roomOf[regions[i]], exportOf[regions[i]]);
        flows[i] += far > 0 ? (rest - inside) * left / far : 0;
      } else if (near > 0) {
        flows[i] += inside * (room[i] + stretch * (more[i] - room[i])) / near;
      }
    }
    return scaled(flows, capacities);
  }

  /** Returns the part of a region's room that its own zones do not need. */
  private static double spare(double room, double exported) {
    return room <= 0 ? 0 : Math.max(0, 1 - exported / room);
  }

  /** Makes up for rounding, so that the flows add up to 1 and none goes where nobody is. */
  private static double[] scaled(double[] flows, double[] capacities) {
    double sum = 0;
    for (int i = 0; i < flows.length; i++) {
      flows[i] = capacities[i] > 0 ? flows[i] : 0;
      sum += flows[i];
    }
    if (sum <= 0) {
      return capacities.clone();
    }
    for (int i = 0; i < flows.length; i++) {
      flows[i] /= sum;
    }
    return flows;
  }

  /**
   * Returns what share of its calls a caller sends to each zone if it does not know where the other
   * callers are: α stays at home and the rest goes everywhere by capacity. If no zone has more than
   * {@code maxSkew} times as many of the callers as of the capacity, the load in a zone is at most
   * 1 + α (maxSkew − 1) of equal, so that α = min(1, ε / (maxSkew − 1)) keeps it below 1 + ε.
   *
   * @param capacities the share c of the capacity in each zone
   * @param own the caller's own zone; with no capacity there, everything goes by capacity
   * @param tolerance ε, zero or more
   * @param maxSkew the bound on the callers' skew, 1 or more
   */
  public static double[] boundedMix(
      double[] capacities, int own, double tolerance, double maxSkew) {
    double[] flows = capacities.clone();
    if (capacities[own] <= 0) {
      return flows;
    }
    double alpha = alpha(tolerance, maxSkew);
    for (int i = 0; i < flows.length; i++) {
      flows[i] = (1 - alpha) * capacities[i] + (i == own ? alpha : 0);
    }
    return flows;
  }

  /** Returns the part of the calls that stays at home by {@link #boundedMix}. */
  public static double alpha(double tolerance, double maxSkew) {
    return maxSkew <= 1 ? 1 : Math.min(1, tolerance / (maxSkew - 1));
  }
}
