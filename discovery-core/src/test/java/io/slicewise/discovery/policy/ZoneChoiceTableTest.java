package io.slicewise.discovery.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What part of all calls leaves its zone, in percent, and how busy the busiest endpoint is, beside
 * an equal load, under each policy: callers in three zones, endpoints in three zones.
 */
class ZoneChoiceTableTest {

  private static final List<String> ZONES = List.of("a", "b", "c");

  @ParameterizedTest(name = "callers {0}, endpoints {1}, {2}: {3} % cross-zone, busiest {4}")
  @CsvSource({
    "50 25 25, 10 10 10, uniform,   66.7, 1.00",
    "50 25 25, 10 10 10, sameZone,   0.0, 1.50",
    "50 25 25, 10 10 10, 0,         16.7, 1.00",
    "50 25 25, 10 10 10, 0.1,       13.3, 1.10",
    "50 25 25, 10 10 10, 0.2,       10.0, 1.20",
    "1 1 1,    4 4 3,    uniform,   66.7, 1.00",
    "1 1 1,    4 4 3,    sameZone,   0.0, 1.22",
    "1 1 1,    4 4 3,    0,          6.1, 1.00",
    "1 1 1,    4 4 3,    0.1,        3.3, 1.10",
    "1 1 1,    4 4 3,    0.2,        0.6, 1.20",
    "1 1 1,    10 10 2,  uniform,   66.7, 1.00",
    "1 1 1,    10 10 2,  sameZone,   0.0, 3.67",
    "1 1 1,    10 10 2,  0,         24.2, 1.00",
    "1 1 1,    10 10 2,  0.1,       23.3, 1.10",
    "1 1 1,    10 10 2,  0.2,       22.4, 1.20",
    "80 10 10, 10 10 10, uniform,   66.7, 1.00",
    "80 10 10, 10 10 10, sameZone,   0.0, 2.40",
    "80 10 10, 10 10 10, 0,         46.7, 1.00",
    "80 10 10, 10 10 10, 0.1,       43.3, 1.10",
    "80 10 10, 10 10 10, 0.2,       40.0, 1.20",
    "1 1 1,    10 10 0,  uniform,   66.7, 1.00",
    "1 1 1,    10 10 0,  sameZone,  33.3, 1.00",
    "1 1 1,    10 10 0,  0,         33.3, 1.00",
    "1 1 1,    10 10 0,  0.1,       33.3, 1.00",
    "1 1 1,    10 10 0,  0.2,       33.3, 1.00",
  })
  void policiesTradeCrossZoneCallsForLoad(
      String callers, String endpoints, String policy, double percent, double load) {
    Fluid fluid = new Fluid(Fluid.scaled(numbers(callers)), Fluid.scaled(numbers(endpoints)));
    TopologyPolicy chosen =
        Character.isDigit(policy.charAt(0))
            ? TopologyPolicy.zoneAware().withTolerance(Double.parseDouble(policy))
            : TopologyPolicy.named(policy);

    double[][] rows = fluid.rows(own -> row(chosen, fluid, numbers(endpoints), own));

    assertThat(100 * fluid.crossing(rows)).isCloseTo(percent, within(0.0501));
    assertThat(fluid.busiest(rows)).isCloseTo(load, within(0.00501));
  }

  /** Asks the policy as a process does: only zones that it leaves, and that have endpoints. */
  private static double[] row(TopologyPolicy policy, Fluid fluid, double[] endpoints, int own) {
    OwnPlace place = OwnPlace.inZone(ZONES.get(own));
    int all = (int) (endpoints[0] + endpoints[1] + endpoints[2]);
    Scope scope = policy.scope(new Census(1, all, (int) endpoints[own], 0, 0, 0, 0, 0), place);
    assertThat(scope).isIn(Scope.ALL, Scope.OWN_ZONE);
    List<Integer> left = new ArrayList<>();
    Map<String, Double> shares = new TreeMap<>();
    for (int i = 0; i < ZONES.size(); i++) {
      shares.put(ZONES.get(i), fluid.callers()[i]);
      if (endpoints[i] > 0 && (scope == Scope.ALL || i == own)) {
        left.add(i);
      }
    }
    Zones zones =
        new Zones(
            left.stream().map(ZONES::get).toList(),
            left.stream().mapToDouble(i -> endpoints[i]).toArray());
    double[] spread = policy.spread(zones, place, new Callers(shares, "the table")).shares();
    assertThat(spread).hasSize(left.size());
    double[] row = new double[ZONES.size()];
    for (int i = 0; i < spread.length; i++) {
      row[left.get(i)] = spread[i];
    }
    return row;
  }

  private static double[] numbers(String text) {
    String[] words = text.split(" ");
    double[] numbers = new double[words.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(words[i]);
    }
    return numbers;
  }
}
