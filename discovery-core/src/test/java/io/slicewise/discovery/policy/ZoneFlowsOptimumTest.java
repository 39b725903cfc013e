package io.slicewise.discovery.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The closed forms against a linear programming solver: no spread that obeys the bound on load
 * crosses fewer zones, and none of those leaves its region less.
 */
class ZoneFlowsOptimumTest {

  private static final double GAP = 1e-9;
  private static final double ROUNDING = 1e-12;

  private final Random random = new Random(20261121);

  @Test
  void noSpreadWithinTheBoundCrossesLess() {
    int empty = 0;
    int exporting = 0;
    for (int i = 0; i < 5_000; i++) {
      Fluid fluid = Fluid.random(random);
      double tolerance = tolerance();

      double[][] rows = rows(fluid, tolerance, new int[fluid.zones()]);

      assertFeasible(fluid, rows, tolerance);
      double crossing = fluid.crossing(rows);
      assertThat(crossing)
          .as("%s, tolerance %s", fluid, tolerance)
          .isCloseTo(crossZone(fluid, tolerance).provenMinimum(), within(GAP))
          .isCloseTo(fluid.least(tolerance), within(ROUNDING));
      empty += hasZero(fluid.callers()) && hasZero(fluid.capacities()) ? 1 : 0;
      exporting += crossing > GAP ? 1 : 0;
    }
    assertThat(empty).isGreaterThan(1_000);
    assertThat(exporting).isGreaterThan(2_000);
  }

  @Test
  void crossesByTheSumOfWhatDoesNotFitAtHome() {
    for (int i = 0; i < 50_000; i++) {
      Fluid fluid = Fluid.random(random);
      double tolerance = tolerance();

      double[][] rows = rows(fluid, tolerance, new int[fluid.zones()]);

      assertFeasible(fluid, rows, tolerance);
      assertThat(fluid.crossing(rows)).isCloseTo(fluid.least(tolerance), within(ROUNDING));
    }
  }

  @Test
  void regionsCostNoCrossZoneCallsAndNoLoad() {
    double saved = 0;
    for (int i = 0; i < 20_000; i++) {
      Fluid fluid = Fluid.random(random);
      double tolerance = tolerance();
      int[] regions = regions(fluid);

      double[][] rows = rows(fluid, tolerance, regions);

      assertFeasible(fluid, rows, tolerance);
      double[][] without = rows(fluid, tolerance, new int[fluid.zones()]);
      assertThat(fluid.crossing(rows)).isCloseTo(fluid.crossing(without), within(ROUNDING));
      double less = fluid.crossing(without, regions) - fluid.crossing(rows, regions);
      assertThat(less).isGreaterThan(-ROUNDING);
      saved += less;
    }
    assertThat(saved).isGreaterThan(100); // or the regions did nothing
  }

  @Test
  void noSpreadThatCrossesFewestZonesLeavesRegionsLess() {
    for (int i = 0; i < 1_000; i++) {
      Fluid fluid = Fluid.random(random);
      double tolerance = tolerance();
      int[] regions = regions(fluid);

      double[][] rows = rows(fluid, tolerance, regions);

      assertThat(fluid.crossing(rows) + fluid.crossing(rows, regions) / 16)
          .isCloseTo(crossRegion(fluid, tolerance, regions).provenMinimum(), within(GAP));
    }
  }

  /** Zones that take from others are filled up to an equal load, not up to the bound. */
  private double tolerance() {
    return random.nextInt(5) == 0 ? 0 : 0.9 * random.nextDouble();
  }

  private int[] regions(Fluid fluid) {
    int count = 2 + random.nextInt(2);
    return random.ints(fluid.zones(), 0, Math.min(count, fluid.zones())).toArray();
  }

  private static double[][] rows(Fluid fluid, double tolerance, int[] regions) {
    return fluid.rows(
        own ->
            ZoneFlows.minimalCrossing(
                fluid.callers(), fluid.capacities(), own, tolerance, regions));
  }

  private static void assertFeasible(Fluid fluid, double[][] rows, double tolerance) {
    for (int i = 0; i < rows.length; i++) {
      double sum = 0;
      for (int j = 0; j < rows.length; j++) {
        assertThat(rows[i][j]).isGreaterThanOrEqualTo(0);
        assertThat(fluid.capacities()[j] > 0 || rows[i][j] == 0).isTrue();
        sum += rows[i][j];
      }
      assertThat(sum).isCloseTo(fluid.callers()[i] > 0 ? 1 : 0, within(ROUNDING));
      assertThat(fluid.inflow(rows, i))
          .isLessThanOrEqualTo((1 + tolerance) * fluid.capacities()[i] + ROUNDING);
    }
  }

  private static TransportProblem crossZone(Fluid fluid, double tolerance) {
    return crossRegion(fluid, tolerance, new int[fluid.zones()]);
  }

  /** Crossing a zone costs 1; leaving the region so little more that it never pays for a zone. */
  private static TransportProblem crossRegion(Fluid fluid, double tolerance, int[] regions) {
    int zones = fluid.zones();
    double[][] costs = new double[zones][zones];
    double[] limits = new double[zones];
    for (int i = 0; i < zones; i++) {
      limits[i] = (1 + tolerance) * fluid.capacities()[i];
      for (int j = 0; j < zones; j++) {
        costs[i][j] = (i == j ? 0 : 1) + (regions[i] == regions[j] ? 0 : 1 / 16.0);
      }
    }
    return new TransportProblem(costs, fluid.callers(), limits);
  }

  private static boolean hasZero(double[] numbers) {
    for (double number : numbers) {
      if (number == 0) {
        return true;
      }
    }
    return false;
  }
}
