package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.in;
import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process learns its own zone, at once or late, and what it says while it does not know. */
class OwnZoneTest {

  private static final List<SliceEndpoint> TWO_ZONES = new ArrayList<>(many("a", 0, 5));

  static {
    TWO_ZONES.addAll(many("b", 1, 5));
  }

  private static EndpointSlice service(String name, SliceEndpoint... endpoints) {
    return slice(name, name + "-1", 5, List.of(Slices.tcp("grpc", 8080)), endpoints);
  }

  private static Routing routing(UnaryOperator<ServiceDiscoveryBuilder> options) {
    try (Harness harness = new Harness(options)) {
      return harness
          .synced("checkout:grpc", "100", slice("s", 5, TWO_ZONES.toArray(SliceEndpoint[]::new)))
          .view()
          .routing();
    }
  }

  private static OwnPod pod(String node, String name, UUID uid, Set<String> addresses) {
    return new OwnPod(null, "unknown", node, "shop", name, uid, addresses);
  }

  @Test
  void isWhatIsConfigured() {
    Routing routing = routing(builder -> builder.zone("b"));

    assertThat(routing.zone()).isEqualTo("b");
    assertThat(routing.zoneSource()).isEqualTo("configured");
    assertThat(routing.share("b")).isCloseTo(0.7, within(1e-9)); // .4 + .6 / 2
  }

  @Test
  void isThatOfAnEndpointOnTheOwnNode() {
    Routing routing = routing(builder -> builder.node("node-of-b"));

    assertThat(routing.zone()).isEqualTo("b");
    assertThat(routing.zoneSource()).isEqualTo("own node node-of-b in slice s");
  }

  @Test
  void isThatOfTheOwnPodByUidOrNameOrAddress() {
    SliceEndpoint own = many("a", 0, 1).get(0);
    for (OwnPod pod :
        List.of(
            pod(null, null, own.podUid(), Set.of()),
            pod(null, own.pod(), null, Set.of()),
            pod(null, null, null, Set.of("10.0.0.1")))) {
      Routing routing = routing(builder -> builder.ownPod(pod));

      assertThat(routing.zone()).isEqualTo("a");
      assertThat(routing.zoneSource()).isEqualTo("own pod in slice shop/s");
    }
  }

  @Test
  void aPodOfTheSameNameInAnotherNamespaceIsSomebodyElse() {
    SliceEndpoint own = many("a", 0, 1).get(0);
    OwnPod elsewhere = new OwnPod(null, "unknown", null, "other", own.pod(), null, Set.of());

    assertThat(routing(builder -> builder.ownPod(elsewhere)).zone()).isNull();
  }

  @Test
  void withoutAZoneEverythingGoesByCapacity() {
    Routing routing = routing(builder -> builder);

    assertThat(routing.zone()).isNull();
    assertThat(routing.share("a")).isCloseTo(0.5, within(1e-9));
    assertThat(routing.basis()).isEqualTo("own zone unknown: by capacity");
  }

  @Test
  void becomesKnownWhileItRuns() {
    try (Harness harness = new Harness(builder -> builder.node("node-of-b"))) {
      ServiceWatch watch =
          harness.synced(
              "checkout:grpc", "100", slice("s", 5, many("a", 0, 5).toArray(SliceEndpoint[]::new)));
      List<ServiceView> heard = new ArrayList<>();
      watch.subscribe(heard::add);
      assertThat(watch.view().routing().zone()).isNull();

      // An endpoint on our node, in another Service even.
      ServiceWatch other = harness.watch("frontend:grpc");
      harness.advance(Duration.ofSeconds(2));
      harness
          .source
          .runningFor("frontend")
          .open()
          .added(service("frontend", in("b", "10.3.0.1")))
          .initialEventsEnd("300");
      harness.settle();

      assertThat(watch.view().routing().zone()).isEqualTo("b");
      assertThat(other.view().routing().zone()).isEqualTo("b");
      assertThat(heard).isNotEmpty();
      assertThat(heard.get(heard.size() - 1).routing().zone()).isEqualTo("b");
    }
  }

  @Test
  void callsMoveTowardANewlyKnownZoneTenPointsASecond() {
    try (Harness harness =
        new Harness(builder -> builder.node("node-of-b").callers(Map.of("a", 1.0, "b", 1.0)))) {
      List<SliceEndpoint> unplaced = new ArrayList<>();
      for (SliceEndpoint each : TWO_ZONES) {
        unplaced.add(
            new SliceEndpoint(
                each.address(),
                each.conditions(),
                null,
                null,
                each.zone(),
                each.pod(),
                each.podUidHigh(),
                each.podUidLow(),
                each.hints()));
      }
      ServiceWatch watch =
          harness.synced(
              "checkout:grpc", "100", slice("s", 5, unplaced.toArray(SliceEndpoint[]::new)));
      assertThat(watch.view().routing().share("b")).isCloseTo(0.5, within(1e-9));

      harness.last().modified(slice("s", 101, TWO_ZONES.toArray(SliceEndpoint[]::new)));
      harness.window();
      double first = watch.view().routing().share("b");
      harness.advance(Duration.ofSeconds(2));
      double second = watch.view().routing().share("b");
      harness.advance(Duration.ofSeconds(4));

      assertThat(first).isCloseTo(0.6, within(0.01));
      assertThat(second).isBetween(0.75, 0.85);
      assertThat(watch.view().routing().share("b")).isEqualTo(1);
    }
  }

  @Test
  void aZoneThatMatchesNothingIsReportedWithThoseThatExist() {
    Routing routing = routing(builder -> builder.zone("us-east-1x"));

    assertThat(routing.notes())
        .containsExactly(
            "own zone us-east-1x (configured): no endpoint of checkout.shop:grpc is in it; there is"
                + " a, b");
    Routing callers = routing(builder -> builder.zone("a").callers(Map.of("a", 1.0, "x", 1.0)));
    assertThat(callers.notes())
        .containsExactly(
            "zone of callers x (configured shares): no endpoint of checkout.shop:grpc is in it;"
                + " there is a, b");
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceDiscovery.builder().zone(" "))
        .withMessage("zone: \" \" (expected: a name)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceDiscovery.builder().callers(Map.of("a", -1.0)))
        .withMessage("share of a: -1.0 (expected: 0 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceDiscovery.builder().callers(Map.of("a", Double.NaN)))
        .withMessage("share of a: NaN (expected: 0 or more)");
  }

  @Test
  void isReadFromTheNodeWhereThatIsAllowed(@TempDir Path directory) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      server.cluster().node("worker-7", "eu-1c");
      server.cluster().service("shop", "checkout").addPod("p-1", "10.0.0.1", "eu-1a");
      try (ServiceDiscovery discovery =
              ServiceDiscovery.builder()
                  .cluster(ClusterConfig.kubeconfig(server.writeKubeconfig(directory)))
                  .namespace("shop")
                  .node("worker-7")
                  .readNode(true)
                  .build();
          ServiceWatch watch = discovery.watch("checkout")) {
        watch.whenSynced().get(10, TimeUnit.SECONDS);
        await().until(() -> "eu-1c".equals(watch.view().routing().zone()));
        assertThat(watch.view().routing().zoneSource()).isEqualTo("Node worker-7");
      }
    }
  }
}
