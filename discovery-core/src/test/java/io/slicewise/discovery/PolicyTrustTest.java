package io.slicewise.discovery;

import static io.slicewise.discovery.policy.SliceSketch.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What zone aware makes of what it is told about callers and about itself, and says of it. */
class PolicyTrustTest {

  private static final Offset<Double> EXACTLY = within(1e-12);
  private static final String EVEN = "10.0.0.1 ++- a/n1, 10.0.0.2 ++- b/n2, 10.0.0.3 ++- c/n3";

  private Harness harness;

  @AfterEach
  void close() {
    if (harness != null) {
      harness.close();
    }
  }

  private Routing routing(UnaryOperator<ServiceDiscoveryBuilder> self, String endpoints) {
    harness = new Harness(builder -> self.apply(builder.policy(TopologyPolicy.zoneAware())));
    return harness.synced("checkout:grpc", "100", slice("s", 5, endpoints)).view().routing();
  }

  @Test
  void callersThatAreKnownSayWhatGoesWhere() {
    Routing routing =
        routing(self -> self.zone("a").callers(Map.of("a", 2.0, "b", 1.0, "c", 1.0)), EVEN);

    assertThat(routing.basis()).isEqualTo("callers: configured shares");
    assertThat(routing.share("a")).isCloseTo(0.8, EXACTLY);
    assertThat(routing.zones().stream().map(ZoneShare::callers)).containsExactly(0.5, 0.25, 0.25);
    assertThat(routing.policy()).isEqualTo("zoneAware");
    assertThat(routing.scope()).isEqualTo("ALL");
  }

  @ParameterizedTest(name = "callers a={0}, b={1}: {2}")
  @CsvSource({
    "0, 1, configured shares has no caller in the own zone a",
    "1, 0, configured shares is in one zone only",
  })
  void callersThatCannotBeMeantLeaveTheBoundedMix(double a, double b, String reason) {
    Routing routing = routing(self -> self.zone("a").callers(Map.of("a", a, "b", b)), EVEN);

    assertThat(routing.basis()).isEqualTo("callers unknown (" + reason + "): 40 % local");
    assertBoundedMix(routing);
  }

  @Test
  void unknownCallersLeaveTheBoundedMix() {
    Routing routing = routing(self -> self.zone("a"), EVEN);

    assertThat(routing.basis())
        .isEqualTo("callers unknown (not configured, and not in a pod): 40 % local");
    assertBoundedMix(routing);
    assertThat(routing.zones().stream().map(ZoneShare::callers)).containsOnly(Double.NaN);
  }

  private static void assertBoundedMix(Routing routing) {
    assertThat(routing.share("a")).isCloseTo(0.4 + 0.2, EXACTLY);
    assertThat(routing.share("b")).isCloseTo(0.2, EXACTLY);
    assertThat(routing.share("c")).isCloseTo(0.2, EXACTLY);
  }

  @Test
  void anUnknownOwnZoneLeavesEverythingByCapacity() {
    Routing routing =
        routing(self -> self.callers(Map.of("a", 1.0, "b", 1.0)), EVEN + ", 10.0.0.4 ++- c/n4");

    assertThat(routing.basis()).isEqualTo("own zone unknown: by capacity");
    assertThat(routing.zone()).isNull();
    assertThat(routing.share("a")).isCloseTo(0.25, EXACTLY);
    assertThat(routing.share("c")).isCloseTo(0.5, EXACTLY);
  }

  @Test
  void anOwnZoneThatNoEndpointIsInExportsEverything() {
    Routing routing =
        routing(self -> self.zone("d").callers(Map.of("a", 1.0, "b", 2.0, "d", 3.0)), EVEN);

    // Rooms: a 1/3 - 1/6, b none, c 1/3.
    assertThat(routing.basis()).isEqualTo("callers: configured shares");
    assertThat(routing.share("a")).isCloseTo(1 / 3.0, EXACTLY);
    assertThat(routing.share("b")).isZero();
    assertThat(routing.share("c")).isCloseTo(2 / 3.0, EXACTLY);
    assertThat(routing.share("d")).isZero();
  }

  @Test
  void endpointsWithoutAZoneAreAZoneWithoutCallers() {
    Routing routing =
        routing(
            self -> self.zone("a").callers(Map.of("a", 1.0, "b", 1.0)),
            "10.0.0.1 ++- a/n1, 10.0.0.2 ++- -/n2, 10.0.0.3 ++- -/-, 10.0.0.4 ++- b/n3");

    ZoneShare none = routing.zones().get(0);
    assertThat(none.zone()).isEmpty();
    assertThat(none.endpoints()).isEqualTo(2);
    assertThat(none.capacity()).isEqualTo(0.5);
    assertThat(none.callers()).isZero();
    assertThat(none.share()).isCloseTo(0.4, EXACTLY); // a keeps 1.2 × 1/4 of its half
    assertThat(routing.share("a")).isCloseTo(0.6, EXACTLY);
    assertThat(routing.share("b")).isZero();
  }

  @Test
  void aZoneThatIsLearnedLaterCountsFromThen() {
    harness =
        new Harness(
            builder ->
                builder
                    .policy(TopologyPolicy.zoneAware())
                    .node("n1")
                    .callers(Map.of("a", 2.0, "b", 1.0)));
    ServiceWatch watch =
        harness.synced(
            "checkout:grpc", "100", slice("s", 5, "10.0.0.2 ++- a/n2, 10.0.0.3 ++- b/n3"));
    assertThat(watch.view().routing().basis()).isEqualTo("own zone unknown: by capacity");

    harness
        .last()
        .modified(slice("s", 101, "10.0.0.2 ++- a/n2, 10.0.0.3 ++- b/n3, 10.0.0.1 --- a/n1"));
    harness.window();

    assertThat(watch.view().routing().zone()).isEqualTo("a");
    assertThat(watch.view().routing().basis()).isEqualTo("callers: configured shares");
  }

  @Test
  void aZoneThatIsLearnedLaterCountsForWhatWasThereBefore() {
    harness = new Harness(builder -> builder.policy(TopologyPolicy.sameZone()).node("n1"));
    ServiceWatch watch =
        harness.synced(
            "checkout:grpc", "100", slice("s", 5, "10.0.0.2 ++- a/n2, 10.0.0.3 ++- b/n3"));
    assertThat(Harness.addresses(watch.view())).containsExactly("10.0.0.2", "10.0.0.3");

    harness.last().added(slice("t", 101, "10.0.0.1 --- a/n1"));
    harness.window();

    assertThat(Harness.addresses(watch.view())).containsExactly("10.0.0.2");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesSharesThatAreNoNumbersFromZeroUp(double share) {
    assertThatThrownBy(() -> ServiceDiscovery.builder().callers(Map.of("a", 1.0, "b", share)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share of b: " + share + " (expected: 0 or more)");
  }

  @Test
  void refusesNoSharesAtAll() {
    assertThatThrownBy(() -> ServiceDiscovery.builder().callers(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shares: {} (expected: at least one zone)");
    assertThatThrownBy(() -> ServiceDiscovery.builder().callers(Map.of("a", 0.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shares: {a=0.0} (expected: a sum above 0)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void refusesAZoneOrNodeWithoutAName(String name) {
    assertThatThrownBy(() -> ServiceDiscovery.builder().zone(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("zone: \"" + name + "\" (expected: a name)");
    assertThatThrownBy(() -> ServiceDiscovery.builder().node(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("node: \"" + name + "\" (expected: a name)");
  }
}
