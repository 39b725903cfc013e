package io.slicewise.discovery;

import static io.slicewise.discovery.policy.SliceSketch.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.ZoneFlows;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What policies, shares and words must not do; each was found wrong once. */
class PolicyRegressionTest {
  private Harness harness;
  private ServiceWatch watch;

  private void begin(UnaryOperator<ServiceDiscoveryBuilder> self, String endpoints) {
    harness = new Harness(builder -> self.apply(builder.health(HealthOptions.OFF)));
    watch = harness.synced("checkout:grpc", "100", slice("s", 5, endpoints));
  }

  private void change(int version, String endpoints) {
    harness.last().modified(slice("s", version, endpoints));
    harness.window();
  }

  @AfterEach
  void close() {
    if (harness != null) {
      harness.close();
    }
  }

  private static String ready(int count, String zone) {
    return IntStream.range(0, count)
        .mapToObj(i -> "10." + (int) zone.charAt(0) + ".0." + i + " ++- " + zone + "/n")
        .collect(Collectors.joining(", "));
  }

  @Test
  void manySmallStepsAreNoFasterThanOneLargeOne() {
    begin(
        b -> b.zone("a").callers(Map.of("a", 0.8, "b", 0.1, "c", 0.1)),
        ready(10, "b") + ", " + ready(10, "c"));
    for (int a = 1; a <= 10; a++) { // one each 50 ms
      change(100 + a, ready(a, "a") + ", " + ready(10, "b") + ", " + ready(10, "c"));
    }
    assertThat(watch.view().routing().share("a")).isLessThanOrEqualTo(0.15);
  }

  @Test
  void oneLostEndpointElsewhereForcesOnlyWhatItTook() {
    begin(
        b -> b.zone("a").callers(Map.of("a", 0.4, "b", 0.3, "c", 0.3)),
        ready(10, "b") + ", " + ready(10, "c"));
    change(101, ready(20, "a") + ", " + ready(10, "b") + ", " + ready(10, "c"));
    assertThat(watch.view().routing().share("a")).isCloseTo(0.1, within(1e-9)); // on its way to 1
    change(102, ready(20, "a") + ", " + ready(10, "b") + ", " + ready(9, "c"));
    assertThat(watch.view().routing().share("a")).isLessThan(0.2);
  }

  @Test
  void aRegionIsLeftOnlyForWhatDoesNotFitIntoIt() {
    double[] callers = {0.5, 0.25, 0.25};
    double[] capacities = {0.25, 0.25, 0.5};
    double[] flows = ZoneFlows.minimalCrossing(callers, capacities, 0, 0.2, new int[] {0, 0, 1});
    // a exports 0.2; b, in its region, has 0.25 of its own and may have 1.2 × 0.25 = 0.3.
    assertThat(callers[0] * flows[2]).isCloseTo(0.15, within(1e-9));
  }

  @Test
  void panicIgnoresZonesUnderSameZone() {
    begin(
        b -> b.zone("a").policy(TopologyPolicy.sameZone()),
        "10.0.0.1 ++- a/n1, 10.0.0.2 ++- b/n2, 10.0.0.3 --- a/n, 10.0.0.4 --- a/n, 10.0.0.5 --- a/n");
    assertThat(watch.view().routing().panic()).isEqualTo(Panic.IGNORE_ZONES);
    assertThat(watch.view().eligible()).hasSize(2);
  }

  @Test
  void endpointsHintedToTheOwnNodeAreDrawnAlike() {
    begin(
        b -> b.zone("a").node("n1").callers(Map.of("a", 0.75, "b", 0.25)),
        "10.0.0.1 ++- a/n1 @n1, 10.0.0.2 ++- b/n2 @n1, 10.0.0.3 ++- a/n3 @n3");
    assertThat(watch.view().routing().scope()).isEqualTo("HINTED_NODE");
    assertThat(watch.view().selection().share(0)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void theBasisOfHintsIsNotTheCallers() {
    begin(b -> b.zone("a").node("n1"), "10.0.0.1 ++- a/n1 @n1, 10.0.0.2 ++- b/n2 @n2");
    assertThat(watch.view().routing().scope()).isEqualTo("HINTED_NODE");
    assertThat(watch.view().routing().basis()).doesNotContain("callers");
  }

  @Test
  void endpointsWithoutAZoneHaveNoCallers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceDiscovery.builder().callers(Map.of("a", 1.0, "", 2.0)))
        .withMessageStartingWith("zone: \"\" (expected: a name");
  }

  @Test
  void nothingIsWrongWithAServiceInAnotherZone() {
    begin(b -> b.zone("d").policy(TopologyPolicy.uniform()), "10.0.0.1 ++- a/n1");
    assertThat(watch.explain().problems()).isEmpty();
  }

  @Test
  void anUnreadyEndpointOnTheOwnNodeIsNotCalledAbsent() {
    begin(
        b -> b.node("n1").policy(TopologyPolicy.sameNodeStrict()),
        "10.0.0.1 --- a/n1, 10.0.0.2 ++- a/n2");
    assertThat(watch.view().problem()).doesNotContain("no endpoint is on the own node");
  }
}
