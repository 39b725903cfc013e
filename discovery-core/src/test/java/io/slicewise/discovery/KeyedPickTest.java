package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of one key go to one endpoint. */
class KeyedPickTest {

  private static final int KEYS = 20_000;
  private static final Map<String, Double> CALLERS = Map.of("a", 0.5, "b", 0.25, "c", 0.25);

  private final Harness harness = new Harness(KeyedPickTest::inZoneA);

  private static ServiceDiscoveryBuilder inZoneA(ServiceDiscoveryBuilder builder) {
    return builder.zone("a").callers(CALLERS);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private static List<SliceEndpoint> endpoints(int a, int b, int c) {
    List<SliceEndpoint> endpoints = new ArrayList<>(many("a", 1, a));
    endpoints.addAll(many("b", 2, b));
    endpoints.addAll(many("c", 3, c));
    return endpoints;
  }

  private static ServiceWatch synced(Harness harness, List<SliceEndpoint> endpoints) {
    return harness.synced(
        "checkout:grpc", "10", slice("s", 5, endpoints.toArray(SliceEndpoint[]::new)));
  }

  private static Map<String, Endpoint> map(ServiceWatch watch) {
    Map<String, Endpoint> map = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      map.put("user-" + i, watch.pick("user-" + i));
    }
    return map;
  }

  @Test
  void aKeyHasOneEndpointInEveryProcessOfAZone() {
    ServiceWatch watch = synced(harness, endpoints(10, 10, 10));
    List<SliceEndpoint> shuffled = endpoints(10, 10, 10);
    Collections.shuffle(shuffled, new Random(1));
    SplittableRandom own = new SplittableRandom(99);
    try (Harness other = new Harness(builder -> inZoneA(builder).random(own, own::nextLong))) {
      ServiceWatch there = synced(other, shuffled);

      assertThat(map(there)).isEqualTo(map(watch)).isEqualTo(map(watch));
    }
  }

  @Test
  void zonesHaveTheirShares() {
    ServiceWatch watch = synced(harness, endpoints(10, 10, 10));

    Map<String, Integer> counts = new HashMap<>();
    map(watch).values().forEach(endpoint -> counts.merge("" + endpoint.zone(), 1, Integer::sum));

    for (ZoneShare zone : watch.view().routing().zones()) {
      double share = counts.getOrDefault(zone.zone(), 0) / (double) KEYS;
      assertThat(share).isCloseTo(zone.share(), within(0.015));
    }
    assertThat(watch.view().routing().share("a")).isGreaterThan(0.7);
  }

  @Test
  void anEndpointThatGoesTakesNoKeysButItsOwn() {
    try (Harness alike = new Harness(builder -> builder.policy(TopologyPolicy.uniform()))) {
      ServiceWatch watch = synced(alike, endpoints(10, 0, 0));
      Map<String, Endpoint> before = map(watch);
      Endpoint gone = watch.view().eligible().get(4);

      List<SliceEndpoint> rest = endpoints(10, 0, 0);
      rest.removeIf(endpoint -> endpoint.address().equals(gone.address()));
      alike.last().modified(slice("s", 20, rest.toArray(SliceEndpoint[]::new)));
      alike.window();

      Map<String, Endpoint> after = map(watch);
      before.forEach(
          (key, endpoint) -> {
            if (!endpoint.equals(gone)) {
              assertThat(after.get(key)).isEqualTo(endpoint);
            }
          });
      assertThat(after.values()).doesNotContain(gone);
    }
  }

  @Test
  void aNewEndpointTakesKeysAtOnceAndThenNoneMoves() {
    ServiceWatch watch = synced(harness, endpoints(9, 0, 0));
    Map<String, Endpoint> before = map(watch);
    harness.last().modified(slice("s", 20, endpoints(10, 0, 0).toArray(SliceEndpoint[]::new)));
    harness.window();
    assertThat(watch.view().routing().starting()).isEqualTo(1);

    Map<String, Endpoint> after = map(watch);

    after.forEach(
        (key, endpoint) -> {
          if (!endpoint.address().equals("10.1.0.10")) {
            assertThat(endpoint).isEqualTo(before.get(key));
          }
        });
    for (int i = 0; i < 40; i++) {
      harness.advance(Duration.ofSeconds(1));
    }
    assertThat(watch.view().routing().starting()).isZero();
    assertThat(map(watch)).isEqualTo(after);
  }

  @Test
  void anEjectedEndpointLendsItsKeysAndGetsThemBack() {
    ServiceWatch watch = synced(harness, endpoints(10, 10, 10));
    Map<String, Endpoint> before = map(watch);
    Endpoint sick = watch.pick("user-1");
    for (int i = 0; i < 6; i++) {
      try (Lease lease = watch.acquire("user-1")) {
        assertThat(lease.endpoint()).isEqualTo(sick);
        lease.end(Outcome.FAILURE);
      }
    }
    harness.settle().advance(Duration.ofMillis(100));
    assertThat(watch.pick("user-1")).isNotEqualTo(sick);

    for (int i = 0; i < 60; i++) {
      harness.advance(Duration.ofSeconds(1));
      try (Lease lease = watch.acquire()) {
        lease.end(Outcome.SUCCESS); // one of these is a trial
      }
    }

    assertThat(map(watch)).isEqualTo(before);
  }

  @Test
  void aHotKeySpillsToOneOther() {
    ServiceWatch watch = synced(harness, endpoints(10, 0, 0));
    List<Lease> leases = new ArrayList<>();
    Map<Endpoint, Integer> calls = new HashMap<>();
    for (int i = 0; i < 12; i++) {
      Lease lease = watch.acquire("hot");
      leases.add(lease);
      calls.merge(lease.endpoint(), 1, Integer::sum);
    }

    assertThat(calls).hasSize(2).containsValue(8);
    leases.forEach(Lease::close);
    assertThat(calls.get(watch.pick("hot"))).isEqualTo(8);
  }

  @Test
  void aSubsetIsKeptTo() {
    ServiceWatch watch =
        harness.synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withSubset(6),
            "10",
            slice("s", 5, endpoints(30, 30, 30).toArray(SliceEndpoint[]::new)));

    assertThat(watch.view().eligible()).containsAll(map(watch).values());
  }

  @Test
  void withoutEndpointsItSaysWhy() {
    ServiceWatch watch = harness.watch("checkout:grpc");

    assertThatThrownBy(() -> watch.pick("user-1")).isInstanceOf(NoEndpointException.class);
    assertThatThrownBy(() -> watch.acquire("user-1")).isInstanceOf(NoEndpointException.class);
  }
}
