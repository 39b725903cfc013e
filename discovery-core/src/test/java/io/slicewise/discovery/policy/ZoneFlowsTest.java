package io.slicewise.discovery.policy;

import static io.slicewise.discovery.policy.Fluid.scaled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spreads worked out by hand, and what holds for all of them. */
class ZoneFlowsTest {

  private static final Offset<Double> EXACTLY = within(1e-12);

  @ParameterizedTest(name = "callers {0}, capacities {1}, tolerance {2}: from the first zone {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Envoy's rule: keep c / d, the rest by what others have left.
          2 1 1      | 1 1 1      | 0   | 0.666666666666667 0.166666666666667 0.166666666666667
          2 1 1      | 1 1 1      | 0.1 | 0.733333333333333 0.133333333333333 0.133333333333333
          2 1 1      | 1 1 1      | 0.2 | 0.8 0.1 0.1
          # All fits at home, to the last one at the very bound.
          2 1 1      | 1 1 1      | 0.5 | 1 0 0
          1 2 1      | 1 1 1      | 0   | 1 0 0
          1 1 1      | 1 1 1      | 0   | 1 0 0
          1 1        | 1 4        | 1.5 | 1 0
          # The room is that of the zones, not their size: b has none, d three times that of c.
          5 3 1 1    | 1 3 2 4    | 0   | 0.2 0 0.2 0.6
          # Nobody is at home: all goes where there is room.
          1 1 1      | 0 1 1      | 0.2 | 0 0.5 0.5
          1 1 1      | 0 1 3      | 0.2 | 0 0 1
          1 2        | 0 1        | 0.2 | 0 1
          # A zone without callers has all its room, one without endpoints has none.
          3 0 1      | 1 1 2      | 0   | 0.333333333333333 0.333333333333333 0.333333333333333
          1 0 1      | 1 0 3      | 0   | 0.5 0 0.5
          # One zone takes all, with callers elsewhere or not.
          1 0        | 1 0        | 0   | 1 0
          1 1        | 1 0        | 0   | 1 0
          """)
  void spreadsWhatDoesNotFitAtHomeByTheRoomOfOthers(
      String callers, String capacities, double tolerance, String expected) {
    double[] shares = scaled(numbers(capacities));

    double[] flows =
        ZoneFlows.minimalCrossing(
            scaled(numbers(callers)), shares, 0, tolerance, new int[shares.length]);

    assertThat(flows).containsExactly(numbers(expected), within(1e-14));
  }

  @ParameterizedTest(name = "callers {0}, capacities {1}, regions {2}: from the first zone {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # b is in the own region and has room for all of it: nothing for c.
          4 1 1      | 2 3 1      | 0 0 1     | 0.5 0.5 0
          # b has room for half of it, c in the other region for the rest.
          4 1 1      | 2 2 2      | 0 0 1     | 0.5 0.25 0.25
          # b has no room: the region does not help.
          4 2 1      | 2 2 3      | 0 0 1     | 0.5 0 0.5
          # a and b export three to one into a region with room for two in c: they share it so.
          5 3 0 0    | 2 2 2 2    | 0 0 0 1   | 0.4 0 0.3 0.3
          # b and c offer what their own region's exporter, d, leaves of their room.
          4 0 0 2    | 2 1 2 1    | 0 1 1 1   | 0.5 0.166666666666667 0.333333333333333 0
          """)
  void fillsTheOwnRegionBeforeItLeavesIt(
      String callers, String capacities, String regions, String expected) {
    int[] numbers = Arrays.stream(numbers(regions)).mapToInt(n -> (int) n).toArray();

    double[] flows =
        ZoneFlows.minimalCrossing(
            scaled(numbers(callers)), scaled(numbers(capacities)), 0, 0, numbers);

    assertThat(flows).containsExactly(numbers(expected), within(1e-14));
  }

  @Test
  void doesNotDependOnTheOrderOfTheZones() {
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      Fluid fluid = Fluid.random(random);
      int zones = fluid.zones();
      int own = indexAbove(fluid.callers(), 0);
      int[] regions = random.ints(zones, 0, 2).toArray();
      double tolerance = random.nextDouble();
      double[] flows =
          ZoneFlows.minimalCrossing(fluid.callers(), fluid.capacities(), own, tolerance, regions);

      double[] reversed =
          ZoneFlows.minimalCrossing(
              reversed(fluid.callers()),
              reversed(fluid.capacities()),
              zones - 1 - own,
              tolerance,
              reversed(regions));

      assertThat(reversed).containsExactly(reversed(flows), EXACTLY);
    }
  }

  @Test
  void leavesWhatItIsGivenAsItIs() {
    double[] callers = {0.6, 0.2, 0.2};
    double[] capacities = {0.2, 0.4, 0.4};

    ZoneFlows.minimalCrossing(callers, capacities, 0, 0.2, new int[3]);
    ZoneFlows.boundedMix(capacities, 0, 0.2, 1.5)[0] = 7;

    assertThat(callers).containsExactly(0.6, 0.2, 0.2);
    assertThat(capacities).containsExactly(0.2, 0.4, 0.4);
  }

  @ParameterizedTest(name = "tolerance {0}, skew {1}: {2} at home")
  @CsvSource({
    "0.2, 1.5, 0.4",
    "0.2, 2, 0.2",
    "0.1, 1.5, 0.2",
    "0.5, 1.5, 1",
    "0.9, 1.5, 1",
    "0, 1.5, 0",
    "0, 1, 1",
    "0.2, 1, 1",
    "10, 100, 0.10101010101010101",
  })
  void keepsAtHomeWhatTheSkewAllows(double tolerance, double skew, double alpha) {
    assertThat(ZoneFlows.alpha(tolerance, skew)).isCloseTo(alpha, EXACTLY);
  }

  @Test
  void theMixKeepsItsPartAtHomeAndSpreadsTheRestByCapacity() {
    double[] capacities = {0.2, 0.5, 0.3, 0};

    assertThat(ZoneFlows.boundedMix(capacities, 1, 0.2, 1.5))
        .containsExactly(new double[] {0.12, 0.7, 0.18, 0}, EXACTLY);
    assertThat(ZoneFlows.boundedMix(capacities, 3, 0.2, 1.5)).containsExactly(capacities);
    assertThat(ZoneFlows.boundedMix(capacities, 0, 0.2, 1)).containsExactly(1, 0, 0, 0);
  }

  /** The premise takes in zones without endpoints: callers there would be a skew without bound. */
  @Test
  void theMixHoldsTheBoundForAllCallersThatAreNoMoreUnevenThanSaid() {
    Random random = new Random(2);
    double closest = 1;
    for (int i = 0; i < 50_000; i++) {
      double[] capacities = Fluid.random(random).capacities();
      double skew = 1 + 3 * random.nextDouble();
      double tolerance = random.nextInt(5) == 0 ? 0 : 0.9 * random.nextDouble();
      Fluid fluid = new Fluid(skewed(capacities, skew, random), capacities);

      double[][] rows = fluid.rows(own -> ZoneFlows.boundedMix(capacities, own, tolerance, skew));

      for (int own = 0; own < fluid.zones(); own++) {
        assertThat(DoubleStream.of(rows[own]).sum())
            .isCloseTo(fluid.callers()[own] > 0 ? 1 : 0, EXACTLY);
      }
      assertThat(fluid.busiest(rows)).isLessThanOrEqualTo(1 + tolerance + 1e-12);
      closest = Math.min(closest, 1 + tolerance - fluid.busiest(rows));
    }
    assertThat(closest).isLessThan(1e-12); // or the callers were not uneven enough to tell
  }

  /** Returns callers with d / c at most {@code skew} in every zone, in some zone exactly that. */
  private static double[] skewed(double[] capacities, double skew, Random random) {
    double[] callers = new double[capacities.length];
    double left = 1;
    int start = random.nextInt(callers.length);
    boolean greedy = random.nextBoolean();
    for (int n = 0; n < callers.length; n++) {
      int i = (start + n) % callers.length;
      double most = Math.min(left, skew * capacities[i]);
      callers[i] = greedy ? most : most * random.nextDouble();
      left -= callers[i];
    }
    for (int i = 0; i < callers.length && left > 0; i++) {
      double more = Math.min(left, skew * capacities[i] - callers[i]);
      callers[i] += more;
      left -= more;
    }
    return callers;
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static int indexAbove(double[] numbers, double least) {
    int index = 0;
    while (numbers[index] <= least) {
      index++;
    }
    return index;
  }

  private static double[] reversed(double[] numbers) {
    double[] reversed = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      reversed[i] = numbers[numbers.length - 1 - i];
    }
    return reversed;
  }

  private static int[] reversed(int[] numbers) {
    return Arrays.stream(reversed(Arrays.stream(numbers).asDoubleStream().toArray()))
        .mapToInt(number -> (int) number)
        .toArray();
  }
}
