package io.slicewise.discovery.spring.actuate;

import static io.slicewise.discovery.spring.actuate.TestCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.testkit.FakeClock;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the meters count. Nothing is looked at but by {@link #look}: their clock stands still. */
class DiscoveryMetersTest {

  @TempDir Path directory;

  private final FakeClock clock = new FakeClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private TestCluster cluster;
  private DiscoveryMeters meters;
  private ServiceDiscovery discovery;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    StreamLog streams = new StreamLog(InstantSource.system());
    meters =
        new DiscoveryMeters(
            streams, Duration.ofSeconds(30), clock::nanoTime, InstantSource.system());
    meters.bindTo(registry);
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.kubeconfig(directory.resolve("kubeconfig"), null))
            .namespace("shop")
            .zone("z1")
            .family(AddressType.IPV4)
            .connectJitter(Duration.ZERO)
            .linger(Duration.ZERO)
            .policy(TopologyPolicy.uniform())
            .health(HealthOptions.DEFAULTS.withSlowStart(Duration.ZERO))
            .observer(meters)
            .build();
    meters.follow(discovery);
  }

  @AfterEach
  void close() {
    discovery.close();
    cluster.close();
  }

  private ServiceWatch follow(String target) throws Exception {
    ServiceWatch watch = discovery.watch(target);
    watch.whenSynced().get(20, TimeUnit.SECONDS);
    return watch;
  }

  private void look() {
    clock.advance(Duration.ofSeconds(1));
    registry.getMeters().forEach(meter -> meter.measure().forEach(each -> each.getValue()));
  }

  private Map<String, Long> callsByZone() {
    look();
    Map<String, Long> calls = new TreeMap<>();
    for (FunctionCounter counter : registry.find("slicewise.calls").functionCounters()) {
      String zone = Objects.requireNonNull(counter.getId().getTag("zone"));
      calls.merge(zone, (long) counter.count(), Long::sum);
    }
    calls.values().removeIf(count -> count == 0);
    return calls;
  }

  private double gauge(String name, String... tags) {
    look();
    return registry.get(name).tags(tags).gauge().value();
  }

  private double counter(String name, String... tags) {
    look();
    return registry.get(name).tags(tags).functionCounter().count();
  }

  private List<String> about(String target) {
    look();
    return registry.getMeters().stream()
        .map(Meter::getId)
        .filter(id -> target.equals(id.getTag("target")))
        .map(Meter.Id::getName)
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void addsUpTheCallsToEachZone() throws Exception {
    ServiceWatch watch = follow("checkout:grpc");
    Map<String, Long> made = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      try (Lease lease = watch.acquire()) {
        made.merge(Objects.requireNonNull(lease.endpoint().zone()), 1L, Long::sum);
      }
      if (i % 300 == 0) {
        assertThat(callsByZone()).isEqualTo(made);
      }
    }

    assertThat(callsByZone()).isEqualTo(made).hasSize(3);
    long own = Objects.requireNonNull(made.get("z1"));
    assertThat(counter("slicewise.calls", "locality", "own-zone")).isEqualTo(own);
    assertThat(
            registry
                .get("slicewise.calls")
                .tag("locality", "other-zone")
                .functionCounters()
                .stream()
                .mapToDouble(FunctionCounter::count)
                .sum())
        .isEqualTo(1_000 - own);
  }

  @Test
  void losesNoCallWhilePodsAreReplacedAndNobodyLooks() throws Exception {
    ServiceWatch watch = follow("checkout:grpc");
    look();
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService callers = Executors.newFixedThreadPool(2);
    List<Future<Map<String, Long>>> made = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      made.add(callers.submit(() -> callUntil(over, watch)));
    }
    for (int i = 1; i <= 30; i++) { // each is there for one view or two, and nobody looks meanwhile
      String name = "new-" + i;
      SimulatedPod pod = cluster.checkout.addPod(name, "10.0.2." + i, "z" + (1 + i % 5));
      soon().until(() -> watch.view().endpoints().stream().anyMatch(e -> name.equals(e.pod())));
      Endpoint fresh = endpoint(watch, name);
      soon().until(() -> fresh.started() > 0);
      pod.remove();
      soon().until(() -> watch.view().endpoints().stream().noneMatch(e -> name.equals(e.pod())));
    }
    over.set(true);
    Map<String, Long> sum = new TreeMap<>();
    for (Future<Map<String, Long>> each : made) {
      each.get().forEach((zone, count) -> sum.merge(zone, count, Long::sum));
    }
    callers.shutdown();

    assertThat(callsByZone()).isEqualTo(sum).hasSize(5);
    assertThat(gauge("slicewise.calls.active", "target", "checkout.shop:grpc")).isZero();
  }

  @Test
  void losesNoCallThoughNobodyEverLooksAndOldViewsAreNotKept() throws Exception {
    ServiceWatch watch = follow("checkout:grpc");
    for (int i = 1; i <= 12; i++) {
      String name = "new-" + i;
      SimulatedPod pod = cluster.checkout.addPod(name, "10.0.2." + i, "z1");
      soon().until(() -> watch.view().endpoints().stream().anyMatch(e -> name.equals(e.pod())));
      watch.acquire(endpoint(watch, name)).close();
      pod.remove();
      soon().until(() -> watch.view().endpoints().size() == 6);
      clock.advance(Duration.ofSeconds(20)); // of which the meters hear when they are read
    }

    assertThat(callsByZone()).isEqualTo(Map.of("z1", 12L));
  }

  private static Endpoint endpoint(ServiceWatch watch, String pod) {
    return watch.view().endpoints().stream()
        .filter(endpoint -> pod.equals(endpoint.pod()))
        .findAny()
        .orElseThrow();
  }

  private static Map<String, Long> callUntil(AtomicBoolean over, ServiceWatch watch) {
    Map<String, Long> made = new TreeMap<>();
    while (!over.get()) {
      try (Lease lease = watch.acquire()) {
        made.merge(Objects.requireNonNull(lease.endpoint().zone()), 1L, Long::sum);
      }
      Thread.onSpinWait();
    }
    return made;
  }

  @Test
  void countsTheFirstCallToAnEndpointThatWasPickedBeforeItWent() throws Exception {
    ServiceWatch watch = follow("checkout:grpc");
    Endpoint last = watch.view().endpoints().get(0);
    cluster.checkout.pod(Objects.requireNonNull(last.pod())).remove();
    soon().until(() -> watch.view().endpoints().size() == 5);
    look();

    try (Lease lease = watch.acquire(last)) {
      assertThat(callsByZone()).isEqualTo(Map.of("z2", 1L));
      assertThat(gauge("slicewise.calls.active", "target", "checkout.shop:grpc")).isEqualTo(1);
      assertThat(lease.isOpen()).isTrue();
    }
    assertThat(gauge("slicewise.calls.active", "target", "checkout.shop:grpc")).isZero();
  }

  @Test
  void countsACallOnceWhateverTheNumberOfWatches() throws Exception {
    ServiceWatch one = follow("checkout:grpc");
    ServiceWatch other =
        discovery.watch(
            ServiceTarget.parse("checkout:grpc"),
            WatchOptions.DEFAULTS.withPolicy(TopologyPolicy.sameZone()));
    other.whenSynced().get(20, TimeUnit.SECONDS);
    one.acquire().close();
    other.acquire().close();

    assertThat(callsByZone().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
    assertThat(gauge("slicewise.watches", "state", "synced")).isEqualTo(2);
    assertThat(gauge("slicewise.endpoints.eligible", "target", "checkout.shop:grpc")).isEqualTo(6);
  }

  @Test
  void countsEndpointsByZoneAndConditionAndForgetsZonesThatHaveNone() throws Exception {
    ServiceWatch watch = follow("checkout:grpc");
    assertThat(gauge("slicewise.endpoints", "zone", "z1", "state", "ready")).isEqualTo(2);
    SimulatedPod far = cluster.checkout.addUnreadyPod("far", "10.0.3.1", "z9");
    cluster.checkout.pod("checkout-3").terminate();
    soon().until(() -> watch.view().endpoints().size() == 7 && watch.view().eligible().size() == 5);

    assertThat(gauge("slicewise.endpoints", "zone", "z1", "state", "ready")).isEqualTo(1);
    assertThat(gauge("slicewise.endpoints", "zone", "z1", "state", "serving-terminating"))
        .isEqualTo(1);
    assertThat(gauge("slicewise.endpoints", "zone", "z9", "state", "not-ready")).isEqualTo(1);

    far.remove();
    soon().until(() -> watch.view().endpoints().size() == 6);
    look();
    assertThat(registry.find("slicewise.endpoints").tag("zone", "z9").gauges()).isEmpty();
    assertThat(registry.find("slicewise.endpoints").gauges()).hasSize(15);
  }

  @Test
  void countsEjections() throws Exception {
    ServiceWatch watch = follow("checkout:grpc");
    Endpoint sick = watch.view().endpoints().get(0);
    for (int i = 0; i < 10; i++) {
      watch.acquire(sick).end(Outcome.FAILURE);
    }
    soon().until(() -> watch.view().eligible().size() == 5);

    assertThat(counter("slicewise.ejections", "target", "checkout.shop:grpc")).isEqualTo(1);
    assertThat(gauge("slicewise.endpoints", "zone", "z2", "state", "ejected")).isEqualTo(1);
    assertThat(gauge("slicewise.endpoints", "zone", "z2", "state", "ready")).isEqualTo(1);
  }

  @Test
  void timesHowLongAChangeTook() throws Exception {
    ServiceWatch watch = follow("checkout:grpc");
    cluster.checkout.addPod("late", "10.0.3.1", "z1");
    soon().until(() -> watch.view().endpoints().size() == 7);

    assertThat(registry.get("slicewise.propagation").timer().count()).isEqualTo(1);
    assertThat(registry.get("slicewise.propagation").timer().max(TimeUnit.SECONDS)).isLessThan(20);
  }

  @Test
  void letsTheMetersOfAServiceGoThatNobodyFollowsAnyMore() throws Exception {
    cluster.server.cluster().service("shop", "cart").addPod("cart-1", "10.0.4.1", "z1");
    ServiceWatch cart = follow("cart");
    cart.acquire().close();
    try (ServiceWatch checkout = follow("checkout:grpc")) {
      assertThat(about("cart.shop")).contains("slicewise.endpoints", "slicewise.staleness");
      Collection<String> before = about("checkout.shop:grpc");
      cart.close();

      assertThat(about("cart.shop"))
          .containsExactly(
              "slicewise.calls",
              "slicewise.calls.active",
              "slicewise.ejections",
              "slicewise.views.published");
      clock.advance(Duration.ofMinutes(6));
      assertThat(about("cart.shop")).isEmpty();
      assertThat(about("checkout.shop:grpc")).isEqualTo(before);
      assertThat(checkout.view().eligible()).hasSize(6);
    }
  }

  @Test
  void goesOnWhereItWasWhenAServiceIsFollowedAgain() throws Exception {
    ServiceWatch first = follow("checkout:grpc");
    first.acquire().close();
    assertThat(callsByZone().values()).containsExactly(1L);
    first.close();
    assertThat(callsByZone().values()).containsExactly(1L);

    follow("checkout:grpc").acquire().close();

    assertThat(callsByZone().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
  }

  @Test
  void showsTheSameInEveryRegistryAndLeavesNothingBehind() throws Exception {
    follow("checkout:grpc").acquire().close();
    SimpleMeterRegistry inside = new SimpleMeterRegistry();
    CompositeMeterRegistry late = new CompositeMeterRegistry();
    late.add(inside);
    meters.bindTo(late);
    look();

    assertThat(inside.getMeters()).hasSameSizeAs(registry.getMeters());
    assertThat(
            inside.get("slicewise.calls").functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum())
        .isEqualTo(1);

    meters.close();
    assertThat(registry.getMeters()).isEmpty();
    assertThat(inside.getMeters()).isEmpty();
  }
}
