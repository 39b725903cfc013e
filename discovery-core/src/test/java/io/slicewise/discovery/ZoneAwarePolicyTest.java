package io.slicewise.discovery;

import static io.slicewise.discovery.policy.SliceSketch.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Zone aware at work: as endpoints come and go, calls move in proportion and stay in bounds. */
class ZoneAwarePolicyTest {

  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final double TOLERANCE = 0.2;
  private static final Map<String, Double> CALLERS = Map.of("a", 0.5, "b", 0.25, "c", 0.25);

  private final Map<String, Harness> harnesses = new TreeMap<>(); // by own zone
  private final Map<String, ServiceWatch> watches = new TreeMap<>();
  private int version = 100;

  @AfterEach
  void close() {
    harnesses.values().forEach(Harness::close);
  }

  /** Starts a caller in each zone that has some. */
  private void begin(Map<String, Double> callers, String endpoints) {
    callers.forEach(
        (zone, share) -> {
          Harness harness =
              new Harness(
                  builder ->
                      builder
                          .zone(zone)
                          .callers(callers)
                          .policy(TopologyPolicy.zoneAware())
                          .health(HealthOptions.OFF));
          harnesses.put(zone, harness);
          watches.put(zone, harness.synced("checkout:grpc", "100", slice("s", 5, endpoints)));
        });
  }

  private void change(String endpoints) {
    version++;
    harnesses.values().forEach(h -> h.last().modified(slice("s", version, endpoints)));
    harnesses.values().forEach(Harness::window);
  }

  private void pass(Duration time) {
    harnesses.values().forEach(harness -> harness.advance(time));
  }

  private Routing routing(String zone) {
    return watches.get(zone).view().routing();
  }

  /** Ready endpoints in zones a, b and c. */
  private static String endpoints(int a, int b, int c) {
    List<String> endpoints = new ArrayList<>();
    int[] counts = {a, b, c};
    for (int zone = 0; zone < counts.length; zone++) {
      for (int i = 0; i < counts[zone]; i++) {
        endpoints.add("10.0." + zone + "." + i + " ++- " + (char) ('a' + zone) + "/n");
      }
    }
    return String.join(", ", endpoints);
  }

  /** Whatever the others do, callers together stay in the bound with each endpoint. */
  private void assertInBounds(int... counts) {
    double all = counts[0] + counts[1] + counts[2];
    for (int zone = 0; zone < counts.length; zone++) {
      String name = "" + (char) ('a' + zone);
      double inflow = 0;
      for (Map.Entry<String, Double> caller : CALLERS.entrySet()) {
        inflow += caller.getValue() * routing(caller.getKey()).share(name);
      }
      assertThat(inflow).isLessThanOrEqualTo((1 + TOLERANCE) * counts[zone] / all + 1e-9);
    }
  }

  private static double kept(int a) {
    double capacity = a / (a + 20.0);
    return Math.min(1, (1 + TOLERANCE) * capacity / CALLERS.get("a"));
  }

  @Test
  void aZoneThatShrinksToNothingLosesItsCallsInProportion() {
    begin(CALLERS, endpoints(10, 10, 10));
    double before = routing("a").share("a");
    assertThat(before).isCloseTo(0.8, EXACTLY);

    for (int left = 9; left >= 0; left--) {
      change(endpoints(left, 10, 10));

      double now = routing("a").share("a");
      assertThat(now).isCloseTo(kept(left), EXACTLY);
      assertThat(routing("a").share("b")).isCloseTo((1 - kept(left)) / 2, EXACTLY);
      assertThat(routing("a").share("c")).isCloseTo((1 - kept(left)) / 2, EXACTLY);
      double lost = (left + 1) / (left + 21.0) - left / (left + 20.0);
      assertThat(before - now).isBetween(0.0, (1 + TOLERANCE) * lost / 0.5 + 1e-9);
      assertThat(routing("a").panic()).isEqualTo(Panic.NONE);
      assertInBounds(left, 10, 10);
      before = now;
    }
    assertThat(before).isZero();
    assertThat(watches.get("a").view().eligible()).hasSize(20);
  }

  @Test
  void aZoneThatComesBackGetsItsCallsBackInProportion() {
    begin(CALLERS, endpoints(0, 10, 10));
    assertThat(routing("a").share("a")).isZero();

    for (int there = 1; there <= 10; there++) {
      change(endpoints(there, 10, 10));
      pass(Duration.ofSeconds(5));

      assertThat(routing("a").share("a")).isCloseTo(kept(there), EXACTLY);
      assertInBounds(there, 10, 10);
    }
    assertThat(routing("a").share("a")).isCloseTo(0.8, EXACTLY);
  }

  @Test
  void otherZonesThatShrinkGetNoMoreThanTheBound() {
    begin(CALLERS, endpoints(10, 10, 10));

    for (int left = 9; left >= 0; left--) {
      change(endpoints(10, left, 10));
      assertInBounds(10, left, 10);
      assertThat(routing("a").share("b")).isLessThanOrEqualTo(0.1 + 1e-9);
    }
    assertThat(routing("b").share("b")).isZero();
    assertThat(routing("b").share("a") + routing("b").share("c")).isCloseTo(1, EXACTLY);
  }

  @Test
  void whatFitsAtHomeStaysThereAndAFewLostEndpointsMoveNothing() {
    begin(Map.of("a", 0.3, "b", 0.3, "c", 0.4), endpoints(12, 10, 10));
    assertThat(routing("a").share("a")).isEqualTo(1);

    change(endpoints(9, 10, 10)); // 9/29 × 1.2 is still above 0.3

    assertThat(routing("a").share("a")).isEqualTo(1);
  }

  @Test
  void callsComeHomeByTenPointsASecond() {
    begin(CALLERS, endpoints(0, 10, 10));

    change(endpoints(10, 10, 10));

    List<Integer> points = new ArrayList<>();
    for (int second = 0; second < 10; second++) {
      points.add((int) Math.round(100 * routing("a").share("a")));
      assertThat(routing("a").share("a") + routing("a").share("b") + routing("a").share("c"))
          .isCloseTo(1, EXACTLY);
      pass(Duration.ofSeconds(1));
    }
    assertThat(points).containsExactly(10, 20, 30, 40, 50, 60, 70, 80, 80, 80);
  }

  @Test
  void theOwnZoneVanishingIsNoMatterOfSeconds() {
    begin(CALLERS, endpoints(10, 10, 10));

    change(endpoints(0, 10, 10));

    assertThat(routing("a").share("a")).isZero();
    assertThat(routing("a").share("b")).isCloseTo(0.5, EXACTLY);
  }

  @Test
  void picksFollowTheShares() {
    begin(CALLERS, endpoints(10, 10, 10));
    Map<String, Integer> picked = new TreeMap<>();

    for (int i = 0; i < 20_000; i++) {
      picked.merge(String.valueOf(watches.get("a").pick().zone()), 1, Integer::sum);
    }

    assertThat(picked.get("a") / 20_000.0).isCloseTo(0.8, within(0.01));
    assertThat(picked.get("b") / 20_000.0).isCloseTo(0.1, within(0.01));
    assertThat(picked.get("c") / 20_000.0).isCloseTo(0.1, within(0.01));
  }

  @Test
  void anEndpointOfTwiceTheWeightIsTwiceTheCapacity() {
    Harness harness = new Harness(builder -> builder.zone("a").callers(CALLERS));
    harnesses.put("a", harness);
    WatchOptions options =
        WatchOptions.DEFAULTS
            .withPolicy(TopologyPolicy.zoneAware().withTolerance(0))
            .withWeight((endpoint, of) -> "a".equals(endpoint.zone()) ? 2 : 1);

    ServiceWatch watch =
        harness.synced("checkout:grpc", options, "100", slice("s", 5, endpoints(2, 4, 4)));

    // Zone a has 4 of 12: it keeps 1/3 of 1/2.
    assertThat(watch.view().routing().share("a")).isCloseTo(2 / 3.0, EXACTLY);
    assertThat(watch.view().routing().share("b")).isCloseTo(1 / 6.0, EXACTLY);
  }
}
