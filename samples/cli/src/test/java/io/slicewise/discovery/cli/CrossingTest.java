package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.ZoneShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The numbers are those of the table "Fluid comparison" of the balancing facts. */
class CrossingTest {

  private static final Offset<Double> ROUNDED = within(0.0005);
  private static final List<String> ZONES = List.of("a", "b", "c");
  private static final Map<String, Double> UNEVEN = Map.of("a", 0.5, "b", 0.25, "c", 0.25);
  private static final Map<String, Double> EVEN = Map.of("a", 1 / 3.0, "b", 1 / 3.0, "c", 1 / 3.0);

  @Test
  void callersUnevenAndEndpointsEven() {
    assertThat(optimum(UNEVEN, 10, 10, 10)).isCloseTo(0.1, ROUNDED);
    assertThat(uniform(UNEVEN, 10, 10, 10)).isCloseTo(0.667, ROUNDED);
  }

  @Test
  void callersEvenAndEndpointsAlmost() {
    assertThat(optimum(EVEN, 4, 4, 3)).isCloseTo(0.006, ROUNDED);
  }

  @Test
  void aZoneDegraded() {
    assertThat(optimum(EVEN, 10, 10, 2)).isCloseTo(0.224, ROUNDED);
  }

  @Test
  void aZoneWithoutEndpoints() {
    assertThat(optimum(EVEN, 10, 10, 0)).isCloseTo(0.333, ROUNDED);
    assertThat(Crossing.of("c", zones(0.7, 5, 5, 0), UNEVEN))
        .isEqualTo(new Crossing(1, 1, 1)); // nobody is there to stay with
  }

  @Test
  void thePlanIsWhatTheSharesSay() {
    assertThat(Crossing.of("a", zones(0.7, 2, 2, 2), UNEVEN).plan()).isCloseTo(0.3, ROUNDED);
  }

  private static double optimum(Map<String, Double> callers, int... endpoints) {
    return callers.keySet().stream()
        .mapToDouble(
            zone -> callers.get(zone) * Crossing.of(zone, zones(1, endpoints), callers).optimum())
        .sum();
  }

  private static double uniform(Map<String, Double> callers, int... endpoints) {
    return callers.keySet().stream()
        .mapToDouble(
            zone -> callers.get(zone) * Crossing.of(zone, zones(1, endpoints), callers).uniform())
        .sum();
  }

  /** So many endpoints in each zone; zones without any are missing. */
  private static List<ZoneShare> zones(double shareOfA, int... endpoints) {
    double all = 0;
    for (int here : endpoints) {
      all += here;
    }
    List<ZoneShare> zones = new ArrayList<>();
    for (int i = 0; i < endpoints.length; i++) {
      if (endpoints[i] > 0) {
        double share = i == 0 ? shareOfA : 0;
        zones.add(new ZoneShare(ZONES.get(i), endpoints[i], endpoints[i] / all, 0, share));
      }
    }
    return zones;
  }
}
