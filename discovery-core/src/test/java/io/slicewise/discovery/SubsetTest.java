package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.READY;
import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.in;
import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that keeps to some of the endpoints. */
class SubsetTest {

  private static final int SUBSET = 20;

  private final Harness harness = new Harness(builder -> builder.subset(SUBSET).zone("a"));

  @AfterEach
  void close() {
    harness.close();
  }

  private ServiceWatch synced(int a, int b, int c) {
    return harness.synced("checkout:grpc", "10", slice("s", 5, endpoints(a, b, c)));
  }

  private static SliceEndpoint[] endpoints(int a, int b, int c) {
    List<SliceEndpoint> endpoints = new ArrayList<>(many("a", 1, a));
    endpoints.addAll(many("b", 2, b));
    endpoints.addAll(many("c", 3, c));
    return endpoints.toArray(SliceEndpoint[]::new);
  }

  private void change(int version, SliceEndpoint... endpoints) {
    harness.last().modified(slice("s", version, endpoints));
    harness.window();
  }

  private static Map<String, Integer> byZone(ServiceView view) {
    Map<String, Integer> counts = new TreeMap<>();
    view.eligible().forEach(endpoint -> counts.merge("" + endpoint.zone(), 1, Integer::sum));
    return counts;
  }

  private static Set<Endpoint> picked(ServiceWatch watch, int times) {
    Set<Endpoint> picked = new HashSet<>();
    for (int i = 0; i < times; i++) {
      picked.add(watch.pick());
    }
    return picked;
  }

  @Test
  void eachZoneKeepsAPartAsLargeAsItsShare() {
    ServiceWatch watch = synced(60, 60, 60);

    Map<String, Integer> counts = byZone(watch.view());
    for (ZoneShare zone : watch.view().routing().zones()) {
      int kept = (int) Math.ceil(SUBSET * zone.share());
      assertThat(counts.get(zone.zone())).isEqualTo(kept);
      assertThat(zone.endpoints()).isEqualTo(kept);
      assertThat(zone.capacity()).isCloseTo(1 / 3.0, within(1e-9)); // what is left out counts
    }
  }

  @Test
  void onlyThoseOfTheSubsetArePickedAndTheOthersSaySo() {
    ServiceWatch watch = synced(60, 60, 60);
    ServiceView view = watch.view();

    assertThat(picked(watch, 5_000)).isEqualTo(new HashSet<>(view.eligible()));
    Map<OutReason, Integer> outs = new HashMap<>();
    double shares = 0;
    for (int i = 0; i < view.endpoints().size(); i++) {
      OutReason out = view.selection().out(i);
      shares += view.selection().share(i);
      if (out != null) {
        outs.merge(out, 1, Integer::sum);
      }
    }
    assertThat(outs).isEqualTo(Map.of(OutReason.SUBSET, 180 - view.eligible().size()));
    assertThat(shares).isCloseTo(1, within(1e-9));
    assertThat(Harness.verdicts(watch).values()).containsOnly("IN", "SUBSET");
  }

  @Test
  void sharesAreThoseOfAllEndpoints() {
    ServiceWatch watch = synced(90, 60, 30);
    try (Harness all = new Harness(builder -> builder.zone("a"))) {
      ServiceWatch other = all.synced("checkout:grpc", "10", slice("s", 5, endpoints(90, 60, 30)));

      for (ZoneShare zone : other.view().routing().zones()) {
        assertThat(watch.view().routing().share(zone.zone())).isEqualTo(zone.share());
      }
    }
  }

  @Test
  void aServiceThatIsNoLargerIsKeptWhole() {
    ServiceWatch watch = synced(3, 2, 1);

    assertThat(watch.view().eligible()).hasSize(6);
  }

  @Test
  void aZoneWithCallsKeepsTwoAtLeast() {
    try (Harness one = new Harness(builder -> builder.subset(1).zone("a"))) {
      ServiceWatch watch = one.synced("checkout:grpc", "10", slice("s", 5, endpoints(9, 9, 9)));

      assertThat(byZone(watch.view())).isEqualTo(Map.of("a", 2, "b", 2, "c", 2));
    }
  }

  @Test
  void oneThatGoesIsReplacedByOneAndNobodyElseMoves() {
    ServiceWatch watch = synced(60, 60, 60);
    List<SliceEndpoint> rest = new ArrayList<>(List.of(endpoints(60, 60, 60)));
    Random random = new Random(3);
    int version = 20;
    while (rest.size() > 120) {
      Set<Endpoint> before = new HashSet<>(watch.view().eligible());
      rest.remove(random.nextInt(rest.size()));
      change(version++, rest.toArray(SliceEndpoint[]::new));

      Set<Endpoint> after = new HashSet<>(watch.view().eligible());
      Set<Endpoint> come = new HashSet<>(after);
      come.removeAll(before);
      Set<Endpoint> gone = new HashSet<>(before);
      gone.removeAll(after);
      // Sizes follow the shares, which move a little, too: one of each zone at the very most.
      assertThat(come.size()).isLessThanOrEqualTo(4);
      assertThat(gone.size()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void oneThatIsNotReadyIsReplacedAndComesBackInItsPlace() {
    ServiceWatch watch = synced(60, 0, 0);
    Set<Endpoint> before = new HashSet<>(watch.view().eligible());
    SliceEndpoint[] changed = endpoints(60, 0, 0);
    String sick = watch.view().eligible().get(0).address();
    for (int i = 0; i < changed.length; i++) {
      changed[i] =
          in("a", changed[i].address(), changed[i].address().equals(sick) ? UNREADY : READY);
    }

    change(20, changed);

    assertThat(watch.view().eligible()).hasSize(SUBSET);
    assertThat(Harness.addresses(watch.view())).doesNotContain(sick);
    change(21, endpoints(60, 0, 0));
    assertThat(new HashSet<>(watch.view().eligible())).isEqualTo(before);
  }

  @Test
  void oneThatIsEjectedIsReplaced() {
    ServiceWatch watch = synced(60, 0, 0);
    Endpoint sick = watch.view().eligible().get(0);
    for (int i = 0; i < 20; i++) {
      try (Lease lease = watch.acquire(sick)) {
        lease.end(Outcome.FAILURE);
      }
    }

    harness.settle().advance(Duration.ofSeconds(1));

    assertThat(watch.view().eligible()).hasSize(SUBSET).doesNotContain(sick);
    int index = watch.view().endpoints().indexOf(sick);
    assertThat(watch.view().selection().out(index)).isEqualTo(OutReason.EJECTED);
  }

  @Test
  void watchesOfOneProcessKeepToTheSameEndpoints() {
    ServiceWatch one = synced(60, 60, 60);
    ServiceWatch other = harness.watch("checkout:grpc");

    assertThat(other.view().eligible()).isEqualTo(one.view().eligible());
  }

  @Test
  void clientsChooseIndependentlyAndTogetherReachAllAlike() {
    int clients = 300;
    Map<String, Integer> users = new HashMap<>();
    for (int i = 0; i < clients; i++) {
      SplittableRandom own = new SplittableRandom(i);
      try (Harness client =
          new Harness(
              builder ->
                  builder
                      .subset(SUBSET)
                      .policy(TopologyPolicy.uniform())
                      .random(own, own::nextLong))) {
        ServiceWatch watch =
            client.synced("checkout:grpc", "10", slice("s", 5, endpoints(100, 0, 0)));
        watch.view().eligible().forEach(e -> users.merge(e.address(), 1, Integer::sum));
      }
    }
    // 60 each with a deviation of 6.9: six of them.
    assertThat(users).hasSize(100);
    assertThat(users.values()).allMatch(count -> count > 60 - 42 && count < 60 + 42);
  }

  @Test
  void aWatchMayHaveItsOwn() {
    ServiceWatch all =
        harness.synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withSubset(0),
            "10",
            slice("s", 5, endpoints(60, 0, 0)));
    ServiceWatch five = harness.watch("checkout:grpc", WatchOptions.DEFAULTS.withSubset(5));

    assertThat(all.view().eligible()).hasSize(60);
    assertThat(five.view().eligible()).hasSize(5);
  }

  @Test
  void refusesLessThanNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceDiscovery.builder().subset(-1))
        .withMessage("subset: -1 (expected: >= 0, 0 for all)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WatchOptions.DEFAULTS.withSubset(-5))
        .withMessage("subset: -5 (expected: >= 0, 0 for all)");
  }
}
