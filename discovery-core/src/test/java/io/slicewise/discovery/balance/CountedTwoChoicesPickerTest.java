package io.slicewise.discovery.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointLoad;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Choices among things whose calls are counted beside them. */
class CountedTwoChoicesPickerTest {

  private final SplittableRandom random = new SplittableRandom(7);

  private static EndpointLoad[] loads(int count) {
    return TwoChoicesPickerTest.endpoints(count).stream()
        .map(Endpoint::load)
        .toArray(EndpointLoad[]::new);
  }

  private static Integer[] numbers(int count) {
    return IntStream.range(0, count).boxed().toArray(Integer[]::new);
  }

  private static Picker<Integer> picker(EndpointLoad[] loads, RandomSource random) {
    return PickStrategy.TWO_CHOICES.picker(numbers(loads.length), loads, null, random);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 300})
  void givesAllTheSameWhileNobodyIsBusy(int count) {
    Picker<Integer> picker = picker(loads(count), random::nextLong);
    int each = 1_000;
    int[] hits = new int[count];
    for (int i = 0; i < count * each; i++) {
      hits[picker.pick()]++;
    }
    assertThat(IntStream.of(hits)).allSatisfy(hit -> assertThat(hit).isCloseTo(each, within(150)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 1_000})
  void takesAnIdleOneForABusyFirstChoice(int count) {
    EndpointLoad[] loads = loads(count);
    int busy = count / 2;
    int unused = loads[busy].start();
    Picker<Integer> picker = picker(loads, random::nextLong);
    for (int i = 0; i < 5 * count; i++) {
      assertThat(picker.pick()).isNotEqualTo(busy);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 300})
  void keepsCallsInFlightFarMoreEvenThanChanceDoes(int count) {
    EndpointLoad[] loads = loads(count);
    Picker<Integer> picker = picker(loads, random::nextLong);
    for (int i = 0; i < 100 * count; i++) {
      int unused = loads[picker.pick()].start();
    }
    // Chance alone gives a maximum of about 130 at a mean of 100.
    assertThat(loads).allSatisfy(load -> assertThat(load.inFlight()).isBetween(95, 105));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TWO_CHOICES", "ROUND_ROBIN", "RANDOM"})
  void followsWeights(PickStrategy strategy) {
    Picker<Integer> picker =
        strategy.picker(numbers(2), loads(2), new double[] {3, 1}, random::nextLong);
    int first = 0;
    for (int i = 0; i < 40_000; i++) {
      first += picker.pick() == 0 ? 1 : 0;
    }
    assertThat(first).isCloseTo(30_000, within(500));
  }

  /** Whatever is drawn, it is what the picker of endpoints that count for themselves takes. */
  @Test
  void picksAsAnEndpointThatCountsForItselfIsPicked() {
    List<Endpoint> endpoints = TwoChoicesPickerTest.endpoints(10);
    for (int i = 0; i < 10; i++) {
      endpoints.get(i).load().addPhantoms(i * 7 % 4);
    }
    long[] bits = new long[1];
    Picker<Endpoint> own =
        PickStrategy.TWO_CHOICES.picker(endpoints.toArray(Endpoint[]::new), null, () -> bits[0]);
    EndpointLoad[] loads = endpoints.stream().map(Endpoint::load).toArray(EndpointLoad[]::new);
    Picker<Integer> counted = picker(loads, () -> bits[0]);
    for (int i = 0; i < 10_000; i++) {
      bits[0] = random.nextLong();
      assertThat(endpoints.get(counted.pick())).isSameAs(own.pick());
    }
  }

  @Test
  void needsOneCounterAChoice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PickStrategy.RANDOM.picker(numbers(2), loads(1), null, random::nextLong))
        .withMessage("loads: 1 (expected: 2, one a choice)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> picker(loads(0), random::nextLong))
        .withMessage("endpoints: [] (expected: at least one)");
  }
}
