package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way from a pod to a pick over real sockets, and what goes wrong on it. */
class EmbeddedServerTest {

  @TempDir Path directory;

  private final List<String> reasons = new CopyOnWriteArrayList<>();
  private EmbeddedApiServer server;
  private SimulatedService checkout;
  private ServiceDiscovery discovery;
  private ServiceWatch watch;

  @BeforeEach
  void start() throws Exception {
    server = EmbeddedApiServer.start();
    checkout = server.cluster().service("shop", "checkout");
    checkout.batch(
        () -> {
          for (int i = 1; i <= 3; i++) {
            checkout.addPod("checkout-" + i, "10.0.0." + i, "z" + i);
          }
        });
    Path account = directory.resolve("serviceaccount");
    server.writeServiceAccount(account, "shop");
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.inCluster(account, server.uri()))
            .family(AddressType.IPV4)
            .connectJitter(Duration.ZERO)
            .staleAfter(Duration.ofMillis(200))
            .random(new Random(5), () -> 0)
            .observer(new Reasons(reasons))
            .build();
    watch = discovery.watch("checkout:grpc");
  }

  private record Reasons(List<String> lines) implements DiscoveryObserver {
    @Override
    public void onRelisted(String namespace, String reason) {
      lines.add(reason);
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    discovery.close();
    boolean closed = discovery.awaitClosed(Duration.ofSeconds(10));
    server.close();
    assertThat(closed).isTrue();
  }

  private static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  private void synced() throws Exception {
    watch.whenSynced().get(20, TimeUnit.SECONDS);
    soon().until(() -> server.openWatches() == 1);
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  private void assertSoon(String... expected) {
    soon().untilAsserted(() -> assertThat(addresses(watch.view())).containsExactly(expected));
  }

  private void assertSoonSynced() {
    soon().until(() -> watch.view().state() == SyncState.SYNCED);
  }

  @Test
  void followsAPodsLife() throws Exception {
    synced();
    SimulatedPod pod = checkout.addUnreadyPod("checkout-4", "10.0.0.4", "z1");
    soon().until(() -> watch.view().endpoints().size() == 4);
    assertThat(watch.view().eligible()).hasSize(3);
    pod.ready(true);
    assertSoon("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
    pod.terminate();
    assertSoon("10.0.0.1", "10.0.0.2", "10.0.0.3");
    pod.remove();
    soon().until(() -> watch.view().endpoints().size() == 3);
    assertThat(watch.view().endpoints().get(0).zone()).isEqualTo("z1");
  }

  @Test
  void keepsTheViewWhileTheServerIsDeadAndIsRightWhenItIsBackWithoutItsHistory() throws Exception {
    synced();
    List<List<String>> heard = new CopyOnWriteArrayList<>();
    watch.subscribe(view -> heard.add(addresses(view)));
    server.kill();
    soon().until(() -> watch.view().state() == SyncState.STALE);
    assertThat(watch.view().staleSince()).isNotNull();
    assertThat(watch.view().problem()).isNotNull();
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    assertThat(watch.pick().address()).startsWith("10.0.0.");

    checkout.pod("checkout-1").remove();
    checkout.addPod("checkout-4", "10.0.0.4", "z1");
    server.faults().compact();
    server.restart();

    assertSoonSynced();
    assertSoon("10.0.0.2", "10.0.0.3", "10.0.0.4");
    assertThat(reasons).hasSize(2);
    assertThat(reasons.get(1)).contains("410");
    assertThat(heard).doesNotContain(List.of());
  }

  @Test
  void resumesWithoutAListAfterDroppedConnections() throws Exception {
    synced();
    server.faults().cutConnections();
    checkout.pod("checkout-2").ready(false);

    assertSoon("10.0.0.1", "10.0.0.3");
    assertSoonSynced();
    assertThat(reasons).containsExactly("start");
  }

  @Test
  void seesWhatAFrozenServerHeldBack() throws Exception {
    synced();
    server.faults().freeze();
    checkout.pod("checkout-2").ready(false);
    checkout.pod("checkout-3").remove();
    ServiceView held = watch.view();
    server.faults().unfreeze();

    assertSoon("10.0.0.1");
    assertThat(addresses(held)).hasSize(3);
    assertThat(reasons).containsExactly("start");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsAsLongAsAThrottlingServerAsksAndDoesNotList(boolean plainText) throws Exception {
    synced();
    server.clearRequests();
    if (plainText) {
      server.faults().throttlePlainText(1, Duration.ofSeconds(1));
    } else {
      server.faults().throttle(1, Duration.ofSeconds(1));
    }
    server.faults().cutConnections();
    checkout.pod("checkout-1").ready(false);

    assertSoon("10.0.0.2", "10.0.0.3");
    List<RecordedRequest> requests = server.requests();
    assertThat(requests).extracting(RecordedRequest::status).containsExactly(429, 200);
    assertThat(requests).allMatch(RecordedRequest::isWatch);
    assertThat(requests).noneMatch(request -> request.query().containsKey("sendInitialEvents"));
    assertThat(Duration.between(requests.get(0).at(), requests.get(1).at()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbled", "truncated", "endless", "wrong"})
  void listsAgainAfterALineThatCannotBeReadAndKeepsTheView(String kind) throws Exception {
    synced();
    List<List<String>> heard = new ArrayList<>();
    watch.subscribe(view -> heard.add(addresses(view)));
    switch (kind) {
      case "garbled" -> server.faults().garbleNextLine();
      case "truncated" -> server.faults().truncateNextLine();
      case "endless" -> server.faults().sendLine("{\"type\":\"" + "x".repeat(17 << 20) + "\"}");
      default -> server.faults().sendLine("[\"not\",\"an\",\"event\"]");
    }
    checkout.pod("checkout-1").ready(false);

    assertSoon("10.0.0.2", "10.0.0.3");
    assertSoonSynced();
    checkout.pod("checkout-1").ready(true);
    assertSoon("10.0.0.1", "10.0.0.2", "10.0.0.3");
    assertThat(heard).doesNotContain(List.of());
  }

  @Test
  void toleratesEventsAndFieldsFromTheFuture() throws Exception {
    synced();
    server.faults().sendLine("{\"type\":\"RENAMED\",\"object\":{\"kind\":\"EndpointSlice\"}}");
    server.faults().repeatLastEvent();
    checkout.label("example.com/new", "yes");
    checkout.pod("checkout-1").ready(false);

    assertSoon("10.0.0.2", "10.0.0.3");
    assertThat(reasons).containsExactly("start");
  }

  @Test
  void readsItsTokenAgainWhenTheServerTakesTheOldOneNoMore() throws Exception {
    synced();
    server.replaceToken("a-new-token");
    server.writeServiceAccount(directory.resolve("serviceaccount"), "shop");
    server.faults().cutConnections();
    checkout.pod("checkout-1").ready(false);

    assertSoon("10.0.0.2", "10.0.0.3");
    assertSoonSynced();
  }

  @Test
  void saysWhichRoleIsMissingAndGoesOnOnceItIsThere() throws Exception {
    synced();
    server.faults().forbid("*", "endpointslices", "depot");
    server.cluster().service("depot", "stock").addPod("stock-1", "10.0.9.1", "z1");
    ServiceWatch stock = discovery.watch("stock.depot:grpc");
    soon().until(() -> String.valueOf(stock.view().problem()).contains("kind: Role"));
    assertThat(stock.view().problem()).contains("namespace depot").contains("list", "watch");
    assertThat(stock.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);

    server.faults().allowAll();

    soon().untilAsserted(() -> assertThat(addresses(stock.view())).containsExactly("10.0.9.1"));
    assertThat(stock.view().problem()).isNull();
  }
}
