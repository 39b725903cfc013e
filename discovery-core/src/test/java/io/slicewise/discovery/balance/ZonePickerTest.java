package io.slicewise.discovery.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.Endpoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The zone comes first and exactly; inside it each strategy keeps to the weights. */
class ZonePickerTest {

  private final SplittableRandom random = new SplittableRandom(7);
  private final List<Endpoint> endpoints = TwoChoicesPickerTest.endpoints(6);

  private Picker<Endpoint> zone(int from, int to) {
    Endpoint[] members = endpoints.subList(from, to).toArray(Endpoint[]::new);
    return PickStrategy.TWO_CHOICES.picker(members, null, random::nextLong);
  }

  private Map<Endpoint, Integer> picks(Picker<Endpoint> picker, int times) {
    Map<Endpoint, Integer> hits = new HashMap<>();
    for (int i = 0; i < times; i++) {
      hits.merge(picker.pick(), 1, Integer::sum);
    }
    return hits;
  }

  @Test
  void loadNeverMovesCallsToAnotherZone() {
    List<Picker<Endpoint>> zones = List.of(zone(0, 2), zone(2, 6));
    endpoints.subList(0, 2).forEach(endpoint -> endpoint.load().addPhantoms(1_000));
    Picker<Endpoint> picker = ZonePicker.of(zones, new double[] {0.25, 0.75}, random::nextLong);

    Map<Endpoint, Integer> hits = picks(picker, 200_000);

    double first = hits.get(endpoints.get(0)) + hits.get(endpoints.get(1));
    assertThat(first / 200_000).isCloseTo(0.25, within(0.005));
  }

  @Test
  void aZoneWithoutAShareIsNeverPicked() {
    List<Picker<Endpoint>> zones = List.of(zone(0, 2), zone(2, 4), zone(4, 6));
    Picker<Endpoint> picker = ZonePicker.of(zones, new double[] {0, 1, 0}, random::nextLong);

    assertThat(picks(picker, 1_000).keySet()).isSubsetOf(endpoints.subList(2, 4));
  }

  @Test
  void theHighestAndTheLowestDrawHitTheLastAndTheFirstZone() {
    List<Picker<Endpoint>> zones = List.of(zone(0, 1), zone(1, 2), zone(2, 3));
    double[] shares = {1 / 3.0, 1 / 3.0, 1 / 3.0};

    assertThat(ZonePicker.of(zones, shares, () -> -1L).pick()).isSameAs(endpoints.get(2));
    assertThat(ZonePicker.of(zones, shares, () -> 0L).pick()).isSameAs(endpoints.get(0));
  }

  @Test
  void sharesThatEndInsideACellAreExact() {
    List<Picker<Endpoint>> zones =
        endpoints.stream().<Picker<Endpoint>>map(endpoint -> () -> endpoint).toList();
    double[][] all = {
      {0.003, 0.004, 0.005, 0.002, 0.001, 0.985}, // the first five in one cell
      {1, 1, 1, 1, 1, 1},
      {0.25, 0.25, 0.125, 0.125, 0.125, 0.125}, // all on borders
      {0.25, 0.0001, 0.2499, 0.1, 0.3, 0.1},
    };
    for (double[] shares : all) {
      Map<Endpoint, Integer> hits =
          picks(ZonePicker.of(zones, shares, random::nextLong), 1_000_000);
      double sum = Arrays.stream(shares).sum();
      for (int i = 0; i < shares.length; i++) {
        double share = shares[i] / sum;
        double deviation = Math.sqrt(share * (1 - share) / 1_000_000);
        assertThat(hits.getOrDefault(endpoints.get(i), 0) / 1e6)
            .isCloseTo(share, within(5 * deviation));
      }
    }
  }

  @Test
  void whichEndpointDoesNotDependOnWhichZone() {
    List<Picker<Endpoint>> zones = List.of(zone(0, 3), zone(3, 6));
    Picker<Endpoint> picker = ZonePicker.of(zones, new double[] {0.995, 0.005}, random::nextLong);

    Map<Endpoint, Integer> hits = picks(picker, 3_000_000);

    for (int i = 3; i < 6; i++) {
      assertThat(hits.get(endpoints.get(i)) / 5_000.0).isCloseTo(1, within(0.08));
    }
  }

  @Test
  void refusesSharesThatAreNone() {
    List<Picker<Endpoint>> zones = List.of(zone(0, 1), zone(1, 2));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ZonePicker.of(zones, new double[] {1}, random::nextLong))
        .withMessage("shares: 1 (expected: 2, one a zone)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ZonePicker.of(zones, new double[] {1, -0.5}, random::nextLong))
        .withMessage("share: -0.5 (expected: >= 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ZonePicker.of(zones, new double[] {0, 0}, random::nextLong))
        .withMessage("shares: [0.0, 0.0] (expected: one above 0)");
  }

  @ParameterizedTest
  @EnumSource(PickStrategy.class)
  void everyStrategyKeepsToTheWeights(PickStrategy strategy) {
    double[] weights = {1, 2, 3, 0.5, 0.001, 10};
    double sum = 16.501;
    Picker<Endpoint> picker =
        strategy.picker(endpoints.toArray(Endpoint[]::new), weights.clone(), random::nextLong);

    Map<Endpoint, Integer> hits = picks(picker, 300_000);

    for (int i = 0; i < weights.length; i++) {
      double share = hits.getOrDefault(endpoints.get(i), 0) / 300_000.0;
      assertThat(share).isCloseTo(weights[i] / sum, within(0.005));
    }
  }

  @ParameterizedTest
  @EnumSource(PickStrategy.class)
  void everyStrategyIsEvenWithoutWeights(PickStrategy strategy) {
    Picker<Endpoint> picker =
        strategy.picker(endpoints.toArray(Endpoint[]::new), null, random::nextLong);

    assertThat(picks(picker, 60_000).values()).hasSize(6).allMatch(n -> n > 9_500 && n < 10_500);
  }

  @Test
  void roundRobinTakesTurns() {
    Picker<Endpoint> picker =
        PickStrategy.ROUND_ROBIN.picker(endpoints.toArray(Endpoint[]::new), null, () -> 3L);

    assertThat(picks(picker, 6).values()).containsOnly(1);
    assertThat(picks(picker, 600).values()).containsOnly(100);
  }

  @Test
  void aBusyEndpointIsLeftAloneInProportionToItsWeight() {
    Endpoint[] two = {endpoints.get(0), endpoints.get(1)};
    two[0].load().addPhantoms(6);
    two[1].load().addPhantoms(2); // at a third of the weight: as busy for it
    Picker<Endpoint> picker =
        PickStrategy.TWO_CHOICES.picker(two, new double[] {3, 1}, random::nextLong);
    assertThat(picks(picker, 40_000).get(two[0]) / 40_000.0).isCloseTo(0.75, within(0.01));

    two[0].load().addPhantoms(1);

    assertThat(picks(picker, 40_000).get(two[0]) / 40_000.0).isCloseTo(0.5625, within(0.01));
  }

  @Test
  void strategiesHaveNames() {
    assertThat(PickStrategy.named("ROUNDROBIN")).isEqualTo(PickStrategy.ROUND_ROBIN);
    assertThatThrownBy(() -> PickStrategy.named("best"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("strategy: best (expected: twoChoices, roundRobin, random)");
  }
}
