package io.slicewise.discovery.benchmarks.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.slicewise.discovery.benchmarks.simulator.Result.Moment;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the policies promise holds for real discoveries that send calls. */
class SimulationTest {

  private static final long SEED = 7;
  private static final double ALWAYS = Double.MAX_VALUE;

  /** Four standard deviations of a zone's load, for the fewest calls of the cases here. */
  private static final double CHANCE = 0.08;

  private static final Logger LOGGER = Logger.getLogger("io.slicewise");

  @BeforeAll
  static void hush() {
    LOGGER.setLevel(Level.SEVERE); // a zone without endpoints is what one of the cases is about
  }

  private static Result run(Scenario scenario, Contender contender) {
    return new Simulation(scenario, contender, SEED).run();
  }

  private static Scenario steady(List<Integer> callers, List<Integer> endpoints) {
    return new Scenario("", callers, endpoints, new Story.Steady(30));
  }

  /** The numbers of a fluid model, to which the calls of many callers must come near. */
  static Stream<Arguments> fluidNumbers() {
    List<Integer> even = List.of(20, 20, 20);
    List<Integer> ten = List.of(10, 10, 10);
    Scenario half = steady(List.of(30, 15, 15), ten);
    Scenario eleven = steady(even, List.of(4, 4, 3));
    Scenario degraded = steady(even, List.of(10, 10, 2));
    Scenario most = steady(List.of(48, 6, 6), ten);
    Scenario empty = steady(even, List.of(10, 10, 0));
    return Stream.of(
        arguments("50/25/25", half, Contender.UNIFORM, 66.7, 1.00),
        arguments("50/25/25", half, Contender.SAME_ZONE_HINTS, 0, 1.50),
        arguments("50/25/25", half, Contender.ENVOY, 16.7, 1.00),
        arguments("50/25/25", half, Contender.ZONE_AWARE, 10.0, 1.20),
        arguments("50/25/25", half, Contender.UNKNOWN_CALLERS, 40.0, 1.20),
        arguments("4/4/3", eleven, Contender.UNIFORM, 66.7, 1.00),
        arguments("4/4/3", eleven, Contender.AUTO_HINTS, 66.7, 1.00),
        arguments("4/4/3", eleven, Contender.SAME_ZONE_HINTS, 0, 1.22),
        arguments("4/4/3", eleven, Contender.ENVOY, 6.1, 1.00),
        arguments("4/4/3", eleven, Contender.ZONE_AWARE, 0.6, 1.20),
        arguments("10/10/2", degraded, Contender.UNIFORM, 66.7, 1.00),
        arguments("10/10/2", degraded, Contender.SAME_ZONE, 0, 3.67),
        arguments("10/10/2", degraded, Contender.ENVOY, 24.2, 1.00),
        arguments("10/10/2", degraded, Contender.ZONE_AWARE, 22.4, 1.20),
        arguments("80/10/10", most, Contender.UNIFORM, 66.7, 1.00),
        arguments("80/10/10", most, Contender.SAME_ZONE, 0, 2.40),
        arguments("80/10/10", most, Contender.ENVOY, 46.7, 1.00),
        arguments("80/10/10", most, Contender.ZONE_AWARE, 40.0, 1.20),
        arguments("10/10/0", empty, Contender.UNIFORM, 66.7, 1.00),
        arguments("10/10/0", empty, Contender.SAME_ZONE, 33.3, 1.00),
        arguments("10/10/0", empty, Contender.ENVOY, 33.3, 1.00),
        arguments("10/10/0", empty, Contender.ZONE_AWARE, 33.3, 1.00));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("fluidNumbers")
  void callsReachTheNumbersOfTheFluidModel(
      String name, Scenario scenario, Contender contender, double crossing, double load) {
    Result result = run(scenario, contender);

    assertThat(100 * result.crossing(0, ALWAYS)).as("by shares").isCloseTo(crossing, within(0.06));
    assertThat(100 * result.crossing()).as("counted").isCloseTo(crossing, within(2.0));
    assertThat(result.peak(0, ALWAYS)).as("by shares").isCloseTo(load, within(0.006));
    assertThat(result.zoneLoad()).as("counted").isCloseTo(load, within(load * CHANCE));
    assertThat(result.failures()).isEmpty();
  }

  static Stream<Scenario> everyCase() {
    return Scenario.steady(30).stream();
  }

  @ParameterizedTest
  @MethodSource("everyCase")
  void noZoneGetsMoreThanTheToleranceWhereCallersAreKnown(Scenario scenario) {
    Result result = run(scenario, Contender.ZONE_AWARE);

    assertThat(result.peak(0, ALWAYS)).isLessThanOrEqualTo(1.2 + 1e-9);
    assertThat(result.zoneLoad()).isLessThan(1.2 + CHANCE);
  }

  @ParameterizedTest
  @MethodSource("everyCase")
  void unknownCallersAreBoundedByTheirSkew(Scenario scenario) {
    double skew = 0;
    for (int zone = 0; zone < scenario.zones().size(); zone++) {
      double callers = (double) scenario.callers().get(zone) / scenario.allCallers();
      skew = Math.max(skew, callers / scenario.capacities()[zone]);
    }

    Result result = run(scenario, Contender.UNKNOWN_CALLERS);

    double alpha = 0.2 / (1.5 - 1);
    assertThat(result.peak(0, ALWAYS)).isLessThanOrEqualTo(1 + alpha * (skew - 1) + 1e-9);
    if (skew <= 1.5) {
      assertThat(result.zoneLoad()).isLessThan(1.2 + CHANCE);
    }
  }

  static Stream<Scenario> drawnCases() {
    return Scenario.steady(120).stream().limit(4);
  }

  @ParameterizedTest
  @MethodSource("drawnCases")
  void loadDoesNotSwing(Scenario scenario) {
    Result result = run(scenario, Contender.ZONE_AWARE);

    assertThat(result.swing()).isLessThan(0.05);
    DoubleStream loads = result.moments().stream().mapToDouble(Moment::load);
    assertThat(loads.distinct().count()).as("shares that never move").isEqualTo(1);
  }

  @Test
  void aRolloutFailsNoCallAndEndsWhereItBegan() {
    Result result = run(Scenario.rollout(), Contender.ZONE_AWARE);

    assertThat(result.failures()).isEmpty();
    assertThat(100 * result.crossing(Rollout.BEGIN, Rollout.DONE)).isBetween(5.0, 15.0);
    assertThat(100 * result.crossing(Rollout.DONE, ALWAYS)).isCloseTo(10, within(0.1));
    assertThat(result.peak(Rollout.DONE, ALWAYS)).isCloseTo(1.2, within(0.01));
  }

  @Test
  void aLostZoneFailsNoCallOnceItIsNoticedAndGetsItsShareBack() {
    Result result = run(Scenario.zoneLoss(), Contender.ZONE_AWARE);
    Result without = run(Scenario.zoneLoss(), Contender.NO_HEALTH);

    assertThat(result.failed(0, ZoneLoss.LOST - 1)).isZero();
    assertThat(result.failed(ZoneLoss.LOST, ZoneLoss.NOTICED))
        .as("until it is noticed, ejection spares calls")
        .isBetween(1L, without.failed(ZoneLoss.LOST, ZoneLoss.NOTICED) * 3 / 4);
    assertThat(without.failed(ZoneLoss.HEARD, ALWAYS)).isZero();
    assertThat(100 * result.crossing(ZoneLoss.SETTLED, ALWAYS)).isCloseTo(10, within(1.5));
    assertThat(result.peak(ZoneLoss.SETTLED, ALWAYS)).isLessThanOrEqualTo(1.2 + 1e-9);
  }

  @Test
  void aLostZoneIsNotProbedOnceItIsNoticed() {
    Result result = run(Scenario.zoneLoss(), Contender.ZONE_AWARE);

    assertThat(result.failed(ZoneLoss.HEARD, ALWAYS)).isZero();
  }

  /** The bound is on what callers know, and that is a mean of the last half a minute. */
  @Test
  void aColdStartFailsNoCallAndEndsWithinTheBound() {
    Result result = run(Scenario.coldStart(), Contender.ZONE_AWARE);

    assertThat(result.failures()).isEmpty();
    assertThat(result.peak(0, ColdStart.CALLERS_TO + 30)).isLessThan(1.4);
    assertThat(result.peak(ColdStart.CALLERS_TO + 60, ALWAYS)).isLessThan(1.2 + 0.02);
    assertThat(100 * result.crossing(110, ALWAYS)).isCloseTo(10, within(1.5));
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    Scenario scenario = Scenario.steady(20).get(0);

    Result first = run(scenario, Contender.ZONE_AWARE);

    assertThat(run(scenario, Contender.ZONE_AWARE)).isEqualTo(first);
    assertThat(new Simulation(scenario, Contender.ZONE_AWARE, SEED + 1).run()).isNotEqualTo(first);
  }
}
