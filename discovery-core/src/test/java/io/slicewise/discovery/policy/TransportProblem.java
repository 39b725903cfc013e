package io.slicewise.discovery.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.linear.LinearSolver;
import org.ojalgo.structure.Access1D;

/**
 * Who sends what where at the least cost: source i sends {@code supplies[i]} in all, sink j takes
 * {@code limits[j]} at most, and a unit from i to j costs {@code costs[i][j]}.
 */
record TransportProblem(double[][] costs, double[] supplies, double[] limits) {

  private static final double SOLVER_ACCURACY = 1e-9;

  /**
   * Returns a cost that no transport can be below, and that is the least one if a transport reaches
   * it.
   *
   * <p>The solver is not taken at its word. What it says a unit from each source costs proves a
   * bound by weak duality, whatever it is: let each sink ask for as much as makes no unit cheaper
   * than that; then all costs are at least those of the sources less what the sinks were asked for.
   * That sum is as exact as doubles are.
   */
  double provenMinimum() {
    Optimisation.Result result = solve();
    assertThat(result.getState()).isEqualTo(Optimisation.State.OPTIMAL);
    double bound = bound(result.getMultipliers().orElseThrow());
    assertThat(result.getValue()).isCloseTo(bound, within(SOLVER_ACCURACY));
    return bound;
  }

  private Optimisation.Result solve() {
    int sources = supplies.length;
    int sinks = limits.length;
    LinearSolver.Builder problem = LinearSolver.newBuilder(flat());
    for (int i = 0; i < sources; i++) {
      double[] row = new double[sources * sinks];
      for (int j = 0; j < sinks; j++) {
        row[i * sinks + j] = 1;
      }
      problem.equality(supplies[i], row);
    }
    for (int j = 0; j < sinks; j++) {
      double[] column = new double[sources * sinks];
      for (int i = 0; i < sources; i++) {
        column[i * sinks + j] = 1;
      }
      problem.inequality(limits[j], column);
    }
    return problem.lower(0).build().solve();
  }

  private double[] flat() {
    double[] flat = new double[supplies.length * limits.length];
    for (int i = 0; i < supplies.length; i++) {
      System.arraycopy(costs[i], 0, flat, i * limits.length, limits.length);
    }
    return flat;
  }

  private double bound(Access1D<?> unitCosts) {
    double bound = 0;
    for (int i = 0; i < supplies.length; i++) {
      bound += supplies[i] * unitCosts.doubleValue(i);
    }
    for (int j = 0; j < limits.length; j++) {
      double price = 0;
      for (int i = 0; i < supplies.length; i++) {
        price = Math.max(price, unitCosts.doubleValue(i) - costs[i][j]);
      }
      bound -= limits[j] * price;
    }
    return bound;
  }
}
