package io.slicewise.discovery.policy;

import java.util.Random;

/**
 * Callers and capacities in zones, and what becomes of all calls when every zone's callers spread
 * theirs by a rule: one place of each array a zone.
 *
 * @param callers the share d of the callers in each zone
 * @param capacities the share c of the capacity in each zone
 */
record Fluid(double[] callers, double[] capacities) {

  /** Where one zone's callers send their calls. */
  interface Rule {

    /** Returns the share of each zone in the calls from {@code own}. */
    double[] row(int own);
  }

  /** Returns random ones: even, small whole numbers, or anything; zones may be empty of either. */
  static Fluid random(Random random) {
    int zones = 2 + random.nextInt(7);
    return new Fluid(shares(zones, random), shares(zones, random));
  }

  private static double[] shares(int zones, Random random) {
    double[] shares = new double[zones];
    int kind = random.nextInt(4);
    for (int i = 0; i < zones; i++) {
      shares[i] =
          switch (kind) {
            case 0 -> 1;
            case 1 -> 1 + random.nextInt(10);
            case 2 -> random.nextDouble();
            default -> Math.exp(4 * random.nextGaussian());
          };
      shares[i] = random.nextInt(5) == 0 ? 0 : shares[i];
    }
    shares[random.nextInt(zones)] += 0.5; // somebody is somewhere
    return scaled(shares);
  }

  /** Returns the same in proportion, adding up to 1. */
  static double[] scaled(double... numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    double[] scaled = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      scaled[i] = numbers[i] / sum;
    }
    return scaled;
  }

  int zones() {
    return callers.length;
  }

  /** Returns all rows of a rule. */
  double[][] rows(Rule rule) {
    double[][] rows = new double[zones()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = callers[i] > 0 ? rule.row(i) : new double[zones()];
    }
    return rows;
  }

  /** Returns the part of all calls that goes from one group of zones to another. */
  double crossing(double[][] rows, int[] groups) {
    double crossing = 0;
    for (int i = 0; i < zones(); i++) {
      for (int j = 0; j < zones(); j++) {
        crossing += groups[i] == groups[j] ? 0 : callers[i] * rows[i][j];
      }
    }
    return crossing;
  }

  /** Returns the part of all calls that leaves its zone. */
  double crossing(double[][] rows) {
    int[] each = new int[zones()];
    for (int i = 0; i < each.length; i++) {
      each[i] = i;
    }
    return crossing(rows, each);
  }

  /** Returns the part of all calls that a zone gets. */
  double inflow(double[][] rows, int zone) {
    double inflow = 0;
    for (int i = 0; i < zones(); i++) {
      inflow += callers[i] * rows[i][zone];
    }
    return inflow;
  }

  /** Returns the load of the busiest endpoint, 1 where all get the same. */
  double busiest(double[][] rows) {
    double most = 0;
    for (int j = 0; j < zones(); j++) {
      most = capacities[j] > 0 ? Math.max(most, inflow(rows, j) / capacities[j]) : most;
    }
    return most;
  }

  /** Returns the sum of what each zone has to export, the closed form O of the minimum. */
  double least(double tolerance) {
    double least = 0;
    for (int i = 0; i < zones(); i++) {
      least += Math.max(0, callers[i] - (1 + tolerance) * capacities[i]);
    }
    return least;
  }
}
