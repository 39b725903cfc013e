package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.in;
import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.model.SliceEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does about endpoints that fail its calls, seen from its calls. */
class HealthTest {

  private static final Duration TEN_MILLIS = Duration.ofMillis(10);

  private final Harness harness = new Harness(builder -> builder.zone("a"));
  private int version = 100;
  private ServiceWatch watch;

  @AfterEach
  void close() {
    harness.close();
  }

  private void synced(List<SliceEndpoint> endpoints) {
    watch =
        harness.synced(
            "checkout:grpc", "100", slice("s", 5, endpoints.toArray(SliceEndpoint[]::new)));
  }

  private void modified(List<SliceEndpoint> endpoints) {
    harness.last().modified(slice("s", ++version, endpoints.toArray(SliceEndpoint[]::new)));
    harness.window();
  }

  /** A call every 10 ms that takes no time; returns how many went where. */
  private Map<String, Integer> call(int times, Predicate<Endpoint> sick) {
    Map<String, Integer> calls = new HashMap<>();
    for (int i = 0; i < times; i++) {
      try (Lease lease = watch.acquire()) {
        calls.merge(lease.endpoint().address(), 1, Integer::sum);
        lease.end(sick.test(lease.endpoint()) ? Outcome.FAILURE : Outcome.SUCCESS);
      }
      harness.advance(TEN_MILLIS);
      if (i % 1_000 == 999) {
        harness.last().bookmark(Integer.toString(++version));
      }
    }
    return calls;
  }

  private static Predicate<Endpoint> at(String address) {
    return endpoint -> endpoint.address().equals(address);
  }

  private void fail(String address, int times) {
    Endpoint endpoint = find(address);
    for (int i = 0; i < times; ) {
      try (Lease lease = watch.acquire()) {
        if (lease.endpoint().equals(endpoint)) {
          lease.end(Outcome.FAILURE);
          i++;
        }
      }
      harness.advance(Duration.ofSeconds(2)); // so that no phantom keeps it from being picked
    }
    harness.settle();
  }

  private Endpoint find(String address) {
    return watch.view().endpoints().stream().filter(at(address)).findFirst().orElseThrow();
  }

  private Explanation.Address explained(String address) {
    return watch.explain().addresses().stream()
        .filter(each -> each.endpoint().address().equals(address))
        .findFirst()
        .orElseThrow();
  }

  private Set<String> ejected() {
    Set<String> ejected = new HashSet<>();
    for (int i = 0; i < watch.view().endpoints().size(); i++) {
      if (watch.view().selection().out(i) == OutReason.EJECTED) {
        ejected.add(watch.view().endpoints().get(i).address());
      }
    }
    return ejected;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 10, 50})
  void aSickEndpointGetsLessThanOnePercentAfterTwoSeconds(int endpoints) {
    synced(many("a", 0, endpoints));
    String sick = "10.0.0.1";
    call(200, at(sick));

    Map<String, Integer> calls = call(3_000, at(sick));

    assertThat(calls.getOrDefault(sick, 0)).isLessThan(30);
  }

  @Test
  void comesBackWithinOneProbePeriodAfterItHeals() {
    synced(many("a", 0, 10));
    String sick = "10.0.0.1";
    call(1_000, at(sick));
    assertThat(ejected()).containsExactly(sick);
    Duration period = Duration.ofSeconds(20); // it was ejected for 10 s and found still sick once

    call((int) (period.toMillis() / 10) + 100, endpoint -> false);

    assertThat(ejected()).isEmpty();
    assertThat(call(1_000, endpoint -> false).get(sick)).isBetween(70, 130);
  }

  @Test
  void isEjectedForTwiceAsLongEachTimeUpToFiveMinutes() {
    synced(many("a", 0, 10));
    String sick = "10.0.0.1";
    List<Long> lengths = new ArrayList<>();
    for (int round = 0; round < 7; round++) {
      while (!explained(sick).detail().contains("out for")) {
        call(1, at(sick));
      }
      String detail = explained(sick).detail();
      lengths.add(Long.parseLong(detail.replaceAll(".*out for (\\d+) s.*", "$1")) - 1);
      while (explained(sick).detail().contains("out for")) {
        harness.advance(Duration.ofSeconds(1));
        harness.last().bookmark(Integer.toString(++version));
      }
    }

    assertThat(lengths).hasSize(7);
    for (int i = 0; i < 7; i++) {
      long expected = Math.min(300, 10L << i);
      assertThat(lengths.get(i)).isBetween(expected - 2, expected + 1);
    }
  }

  @Test
  void sixtyPercentSickNeverEmptyTheChoice() {
    synced(many("a", 0, 10));
    Predicate<Endpoint> sick = endpoint -> Integer.parseInt(endpoint.address().substring(7)) <= 6;
    for (int second = 0; second < 120; second++) {
      call(100, sick);
      assertThat(watch.view().eligible()).hasSizeGreaterThanOrEqualTo(5);
      assertThat(watch.view().eligible()).anyMatch(sick.negate());
    }
    assertThat(ejected()).hasSize(5);
    assertThat(ejected()).allMatch(address -> Integer.parseInt(address.substring(7)) <= 6);
  }

  @Test
  void theLastEndpointOfAllIsNeverEjected() {
    synced(List.of(in("a", "10.0.0.1")));

    call(1_000, endpoint -> true);

    assertThat(watch.view().eligible()).hasSize(1);
    assertThat(watch.pick().address()).isEqualTo("10.0.0.1");
  }

  @Test
  void theOnlyEndpointOfAZoneMayBeEjectedAndTheZoneIsLeft() {
    List<SliceEndpoint> endpoints = new ArrayList<>(many("a", 0, 1));
    endpoints.addAll(many("b", 1, 3));
    synced(endpoints);
    assertThat(watch.view().routing().share("a")).isCloseTo(0.55, within(1e-9)); // .4 + .6 / 4

    call(500, at("10.0.0.1"));

    assertThat(ejected()).containsExactly("10.0.0.1");
    assertThat(watch.view().routing().share("a")).isZero();
    assertThat(watch.view().routing().share("b")).isCloseTo(1, within(1e-9));
  }

  @Test
  void atMostHalfOfAZoneIsEjected() {
    List<SliceEndpoint> endpoints = new ArrayList<>(many("a", 0, 4));
    endpoints.addAll(many("b", 1, 8));
    synced(endpoints);

    call(6_000, endpoint -> "a".equals(endpoint.zone()));

    assertThat(ejected()).hasSize(2);
  }

  @Test
  void whatOneClientSeesIsNothingToAnother() {
    synced(many("a", 0, 4));
    ServiceWatch other = harness.watch("checkout:grpc");

    call(1_000, at("10.0.0.1"));

    assertThat(ejected()).containsExactly("10.0.0.1");
    assertThat(other.view().eligible()).hasSize(4);
  }

  @Test
  void fewerThanFiveCallsOrHalfOfThemAreNotEnough() {
    synced(many("a", 0, 2));
    fail("10.0.0.1", 4);
    assertThat(ejected()).isEmpty();

    fail("10.0.0.1", 1);

    assertThat(ejected()).containsExactly("10.0.0.1");
  }

  @Test
  void aCallWithoutAWordOnItsEndCountsForNothing() {
    synced(many("a", 0, 2));
    for (int i = 0; i < 100; i++) {
      watch.acquire().close();
      harness.advance(TEN_MILLIS);
    }

    assertThat(ejected()).isEmpty();
    assertThat(watch.view().endpoints()).allMatch(endpoint -> endpoint.inFlight() == 0);
  }

  @Test
  void isTriedByThreeCallsAtATimeAndByNoPlainPick() {
    synced(many("a", 0, 2));
    fail("10.0.0.1", 5);
    harness.advance(Duration.ofSeconds(11));
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      leases.add(watch.acquire());
      assertThat(watch.pick().address()).isEqualTo("10.0.0.2");
    }

    assertThat(leases.stream().filter(lease -> lease.endpoint().address().equals("10.0.0.1")))
        .hasSize(3);
    leases.forEach(Lease::close); // says nothing: the permissions are free again
    assertThat(watch.acquire().endpoint().address()).isEqualTo("10.0.0.1");
  }

  @Test
  void anEndpointThatTurnedUnreadyBeforeItWasEjectedIsNotTried() {
    synced(many("a", 0, 4));
    List<Lease> open = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      open.add(watch.acquire()); // ten each, or nearly
    }
    List<SliceEndpoint> endpoints = new ArrayList<>(many("a", 0, 4));
    endpoints.set(0, in("a", "10.0.0.1", Slices.UNREADY));
    modified(endpoints);
    for (Lease lease : open) {
      boolean sick = lease.endpoint().address().equals("10.0.0.1");
      lease.end(sick ? Outcome.FAILURE : Outcome.SUCCESS);
    }
    harness.advance(Duration.ofSeconds(15));

    for (int i = 0; i < 200; i++) {
      assertThat(watch.acquire().endpoint().address()).isNotEqualTo("10.0.0.1");
    }
  }

  @Test
  void anOldCallThatFailsLateDoesNotDecideATrial() {
    synced(many("a", 0, 2));
    List<Lease> old = new ArrayList<>();
    while (old.size() < 10) {
      Lease lease = watch.acquire();
      if (lease.endpoint().address().equals("10.0.0.1")) {
        old.add(lease);
      } else {
        lease.end(Outcome.SUCCESS);
      }
      harness.advance(Duration.ofMillis(1));
      for (Lease each : List.copyOf(old)) {
        if (old.indexOf(each) < 5) {
          each.end(Outcome.FAILURE);
        }
      }
      harness.advance(Duration.ofSeconds(2));
      if (!ejected().isEmpty()) {
        break;
      }
    }
    assertThat(ejected()).containsExactly("10.0.0.1");
    harness.advance(Duration.ofSeconds(11));
    old.forEach(lease -> lease.end(Outcome.FAILURE));

    call(3, endpoint -> false);
    harness.settle();

    assertThat(ejected()).isEmpty();
  }

  @Test
  void aFailureMakesTheEndpointLookBusyForASecondOrTwo() {
    synced(many("a", 0, 2));
    Lease lease = watch.acquire();
    Endpoint endpoint = lease.endpoint();
    lease.end(Outcome.FAILURE);
    harness.settle();
    assertThat(endpoint.inFlight()).isEqualTo(1);

    harness.advance(Duration.ofMillis(900));
    assertThat(endpoint.inFlight()).isEqualTo(1);
    harness.advance(Duration.ofMillis(1_200));

    assertThat(endpoint.inFlight()).isZero();
  }

  @Test
  void nothingTicksWhenNothingIsLeftToDo() {
    synced(many("a", 0, 4));
    harness.settle();
    int before = harness.clock.pendingTasks();

    call(600, at("10.0.0.1"));
    call(6_000, endpoint -> false);

    assertThat(ejected()).isEmpty();
    harness.advance(Duration.ofSeconds(5));
    assertThat(harness.clock.pendingTasks()).isLessThanOrEqualTo(before);
  }

  @Test
  void anEndpointThatLeavesIsForgottenAndItsReplacementIsFree() {
    synced(many("a", 0, 4));
    call(1_000, at("10.0.0.1"));
    assertThat(ejected()).containsExactly("10.0.0.1");

    modified(many("a", 0, 4).subList(1, 4));
    modified(many("a", 0, 4));

    assertThat(ejected()).isEmpty();
  }

  @Test
  void ejectionSurvivesThatTheEndpointMovesToAnotherSlice() {
    synced(many("a", 0, 4));
    call(1_000, at("10.0.0.1"));
    List<SliceEndpoint> all = many("a", 0, 4);
    EndpointSlice one = slice("s", 201, all.subList(1, 4).toArray(SliceEndpoint[]::new));
    harness.last().added(slice("t", 200, all.get(0))).modified(one);
    harness.window();

    assertThat(ejected()).containsExactly("10.0.0.1");
  }

  @Test
  void ejectionCanBeSwitchedOff() {
    watch =
        harness.synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withHealth(HealthOptions.OFF),
            "100",
            slice("s", 5, many("a", 0, 4).toArray(SliceEndpoint[]::new)));

    Map<String, Integer> calls = call(1_000, at("10.0.0.1"));

    assertThat(ejected()).isEmpty();
    assertThat(calls.get("10.0.0.1")).isBetween(180, 320);
  }

  @Test
  void saysInTheViewAndInExplainWhoIsOutAndForHowLong() {
    synced(many("a", 0, 4));
    fail("10.0.0.1", 5);

    assertThat(watch.view().routing().ejected()).isEqualTo(1);
    assertThat(explained("10.0.0.1").out()).isEqualTo(OutReason.EJECTED);
    assertThat(explained("10.0.0.1").share()).isZero();
    assertThat(explained("10.0.0.1").detail())
        .matches("failed \\(1 times in a row\\); out for \\d+ s");
    assertThat(watch.view().routing().panic()).isEqualTo(Panic.NONE);
  }

  @Test
  void closingTheWatchTakesItsPhantomsBack() {
    synced(many("a", 0, 2));
    ServiceWatch other = harness.watch("checkout:grpc");
    Lease lease = watch.acquire();
    lease.end(Outcome.FAILURE);

    watch.close();
    harness.settle();

    assertThat(other.view().endpoints()).allMatch(endpoint -> endpoint.inFlight() == 0);
  }
}
