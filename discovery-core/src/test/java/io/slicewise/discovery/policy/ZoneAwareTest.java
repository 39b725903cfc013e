package io.slicewise.discovery.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.policy.TopologyPolicy.Spread;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What zone aware needs to know, what it does without, and which settings it takes. */
class ZoneAwareTest {

  private static final Offset<Double> EXACTLY = within(1e-12);
  private static final OwnPlace IN_A = OwnPlace.inZone("a");
  private static final Zones EVEN = zones(Map.of("a", 10.0, "b", 10.0, "c", 10.0));

  private final ZoneAware policy = TopologyPolicy.zoneAware();

  private static Zones zones(Map<String, Double> capacities) {
    List<String> names = capacities.keySet().stream().sorted().toList();
    return new Zones(names, names.stream().mapToDouble(capacities::get).toArray());
  }

  private static Callers callers(Map<String, Double> shares) {
    return new Callers(shares, "test");
  }

  @Test
  void followsTheCallersWhereTheyAreKnown() {
    Spread spread = policy.spread(EVEN, IN_A, callers(Map.of("a", 2.0, "b", 1.0, "c", 1.0)));

    assertThat(spread.shares()).containsExactly(new double[] {0.8, 0.1, 0.1}, EXACTLY);
    assertThat(spread.basis()).isEqualTo("callers: test");
  }

  @Test
  void callersInZonesWithoutEndpointsCountToo() {
    // d is the callers' only zone beside a; what they must export takes the room of b and c.
    Spread spread = policy.spread(EVEN, IN_A, callers(Map.of("a", 1.0, "d", 1.0)));

    assertThat(spread.shares()).containsExactly(new double[] {0.8, 0.1, 0.1}, EXACTLY);
  }

  @Test
  void aCallerWhereNoEndpointIsExportsEverything() {
    OwnPlace inD = OwnPlace.inZone("d");

    Spread spread = policy.spread(EVEN, inD, callers(Map.of("a", 1.0, "b", 0.5, "d", 0.5)));

    // Rooms: a none, b 1/3 - 1/4, c 1/3.
    assertThat(spread.shares()).containsExactly(new double[] {0, 0.2, 0.8}, EXACTLY);
  }

  @Test
  void endpointsWithoutAZoneAreAZoneOfTheirOwnWithoutCallers() {
    Zones zones = zones(Map.of(Verdicts.NO_ZONE, 1.0, "a", 1.0, "b", 2.0));

    Spread spread = policy.spread(zones, IN_A, callers(Map.of("a", 1.0, "b", 1.0)));

    // "" and a have 1/4 of the capacity each, a half of the callers: 0.3 stay, only "" has room.
    assertThat(spread.shares()).containsExactly(new double[] {0.4, 0.6, 0}, EXACTLY);
  }

  @Test
  void withoutTheOwnZoneEverythingGoesByCapacity() {
    Zones zones = zones(Map.of("a", 1.0, "b", 3.0));
    OwnPlace nowhere = new OwnPlace(" ", "node-1", "unknown");

    Spread spread = policy.spread(zones, nowhere, callers(Map.of("a", 1.0, "b", 1.0)));

    assertThat(spread.shares()).containsExactly(0.25, 0.75);
    assertThat(spread.basis()).isEqualTo("own zone unknown: by capacity");
  }

  @Test
  void callersThatCannotBeReliedOnLeaveTheBoundedMix() {
    double[] mix = {0.6, 0.2, 0.2};

    Spread unknown = policy.spread(EVEN, IN_A, Callers.unknown("nobody has looked yet"));
    Spread others = policy.spread(EVEN, IN_A, callers(Map.of("b", 1.0, "c", 1.0)));
    Spread alone = policy.spread(EVEN, IN_A, callers(Map.of("a", 1.0)));

    assertThat(unknown.shares()).containsExactly(mix, EXACTLY);
    assertThat(unknown.basis()).isEqualTo("callers unknown (nobody has looked yet): 40 % local");
    assertThat(others.shares()).containsExactly(mix, EXACTLY);
    assertThat(others.basis())
        .isEqualTo("callers unknown (test has no caller in the own zone a): 40 % local");
    assertThat(alone.shares()).containsExactly(mix, EXACTLY);
    assertThat(alone.basis()).isEqualTo("callers unknown (test is in one zone only): 40 % local");
  }

  @Test
  void theMixGoesByCapacityWhereTheOwnZoneHasNone() {
    Spread spread =
        policy.spread(EVEN, OwnPlace.inZone("d"), Callers.unknown("nobody has looked yet"));

    assertThat(spread.shares()).containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, EXACTLY);
    assertThat(spread.basis()).isEqualTo("no endpoint in the own zone: by capacity");
  }

  @Test
  void theRegionsOfTheMapKeepTheSpillNear() {
    Zones zones = zones(Map.of("a", 1.0, "b", 1.0, "x", 1.0, "y", 1.0));
    Callers callers = callers(Map.of("a", 2.0, "b", 0.5, "x", 0.5, "y", 1.0));
    ZoneAware plain = policy.withTolerance(0);

    double[] without = plain.spread(zones, IN_A, callers).shares();
    double[] with =
        plain
            .withRegions(Map.of("a", "near", "b", "near", "x", "far", "y", "far"))
            .spread(zones, IN_A, callers)
            .shares();

    assertThat(without).containsExactly(new double[] {0.5, 0.25, 0.25, 0}, EXACTLY);
    assertThat(with).containsExactly(new double[] {0.5, 0.25, 0.25, 0}, EXACTLY);

    Callers fewer = callers(Map.of("a", 1.5, "b", 0.5, "x", 0.5, "y", 1.5));
    assertThat(plain.spread(zones, IN_A, fewer).shares())
        .containsExactly(new double[] {2 / 3.0, 1 / 6.0, 1 / 6.0, 0}, EXACTLY);
    assertThat(
            plain
                .withRegions(Map.of("a", "near", "b", "near", "x", "far", "y", "far"))
                .spread(zones, IN_A, fewer)
                .shares())
        .containsExactly(new double[] {2 / 3.0, 1 / 3.0, 0, 0}, EXACTLY);
  }

  @Test
  void callersInZonesWithoutEndpointsTakeTheRoomOfTheirRegionFirst() {
    Zones zones = zones(Map.of("a", 2.0, "x", 4.0, "z", 4.0));
    Callers callers = callers(Map.of("a", 6.0, "y", 4.0));
    ZoneAware regional = policy.withTolerance(0).withRegions(Map.of("x", "r", "y", "r", "z", "s"));

    // Those of y fill x, so that nothing of it is left for a.
    assertThat(regional.spread(zones, IN_A, callers).shares())
        .containsExactly(new double[] {1 / 3.0, 0, 2 / 3.0}, EXACTLY);
    assertThat(regional.spread(zones, OwnPlace.inZone("y"), callers).shares())
        .containsExactly(new double[] {0, 1, 0}, EXACTLY);
  }

  @Test
  void zonesThatTheMapDoesNotNameAreARegion() {
    Zones zones = zones(Map.of("a", 1.0, "b", 1.0, "x", 1.0, "y", 1.0));
    Callers callers = callers(Map.of("a", 1.5, "b", 0.5, "x", 0.5, "y", 1.5));
    ZoneAware named = policy.withTolerance(0).withRegions(Map.of("x", "far", "y", "far"));

    assertThat(named.spread(zones, IN_A, callers).shares())
        .containsExactly(new double[] {2 / 3.0, 1 / 3.0, 0, 0}, EXACTLY);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        -0.1,
        -Double.MIN_VALUE,
        10.001,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
      })
  void refusesATolerance(double tolerance) {
    assertThatThrownBy(() -> policy.withTolerance(tolerance))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tolerance: " + tolerance + " (expected: 0 to 10)");
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0.999,
        0,
        -2,
        100.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
      })
  void refusesASkew(double skew) {
    assertThatThrownBy(() -> policy.withMaxCallerSkew(skew))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxCallerSkew: " + skew + " (expected: 1 to 100)");
  }

  @Test
  void takesTheEndsOfTheRanges() {
    for (double tolerance : new double[] {0, -0.0, 10}) {
      for (double skew : new double[] {1, 100}) {
        ZoneAware extreme = policy.withTolerance(tolerance).withMaxCallerSkew(skew);
        for (Callers callers :
            List.of(Callers.UNKNOWN, callers(Map.of("a", 1.0, "b", 1e-300, "c", 1e300)))) {
          double[] shares = extreme.spread(EVEN, IN_A, callers).shares();
          assertThat(shares[0] + shares[1] + shares[2]).isCloseTo(1, EXACTLY);
          assertThat(shares[0]).isBetween(0.0, 1.0);
        }
      }
    }
  }

  @Test
  void theDefaultsAreThoseOfKubernetesThreshold() {
    assertThat(policy.tolerance()).isEqualTo(0.2);
    assertThat(policy.maxCallerSkew()).isEqualTo(1.5);
    assertThat(policy.regions()).isEmpty();
    assertThat(policy.withTolerance(0.3).withMaxCallerSkew(2).withRegions(Map.of("a", "r")))
        .isEqualTo(new ZoneAware(0.3, 2, Map.of("a", "r")));
  }
}
