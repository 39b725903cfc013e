package io.slicewise.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Catalogues over TLS, and what the API server sees of them. */
class CatalogServerTest {

  private static final String OR_ANY = ";g=meta.k8s.io;v=v1,application/json";

  @TempDir Path directory;

  private EmbeddedApiServer server;
  private ServiceDiscovery discovery;

  private void start(EmbeddedApiServer.Builder builder) throws Exception {
    server = builder.start();
    Path account = directory.resolve("serviceaccount");
    server.writeServiceAccount(account, "shop");
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.inCluster(account, server.uri()))
            .connectJitter(Duration.ZERO)
            .staleAfter(Duration.ofMillis(200))
            .build();
  }

  @AfterEach
  void close() throws InterruptedException {
    discovery.close();
    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    server.close();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5));
  }

  private static void assertSoon(ServiceCatalog catalog, String... names) {
    soon().untilAsserted(() -> assertThat(catalog.services()).containsExactly(names));
  }

  private ServiceCatalog synced(String namespace) throws Exception {
    ServiceCatalog catalog = discovery.catalog(namespace);
    catalog.whenSynced().get(20, TimeUnit.SECONDS);
    return catalog;
  }

  private List<String> accepts() {
    return server.requests().stream().map(request -> request.headers().get("accept")).toList();
  }

  @Test
  void servicesComeAndGo() throws Exception {
    start(EmbeddedApiServer.builder());
    SimulatedService web = server.cluster().service("shop", "web");
    server.cluster().service("depot", "stock");
    ServiceCatalog catalog = synced("shop");
    assertThat(catalog.services()).containsExactly("web");

    SimulatedService api = server.cluster().service("shop", "api");
    assertSoon(catalog, "api", "web");
    api.addPod("api-1", "10.0.0.1", "z1").remove();
    web.delete();
    assertSoon(catalog, "api");
    api.delete();
    assertSoon(catalog);
    assertThat(catalog.state()).isEqualTo(SyncState.SYNCED);
  }

  @Test
  void asksForMetadataByOneStreamThatTwoShare() throws Exception {
    start(EmbeddedApiServer.builder());
    server.cluster().service("shop", "web");
    ServiceCatalog first = synced("shop");
    ServiceCatalog second = synced("shop");
    server.cluster().service("shop", "api");
    assertSoon(first, "api", "web");
    assertSoon(second, "api", "web");

    assertThat(server.openWatches()).isEqualTo(1);
    RecordedRequest request = server.requests().get(0);
    assertThat(server.requests()).hasSize(1);
    assertThat(request.path()).endsWith("/namespaces/shop/endpointslices");
    assertThat(request.query()).containsEntry("sendInitialEvents", "true");
    assertThat(request.query()).doesNotContainKey("labelSelector");
    assertThat(accepts()).containsExactly("application/json;as=PartialObjectMetadata" + OR_ANY);
  }

  @Test
  void aServerWithoutWatchListsIsAskedForAListOfMetadata() throws Exception {
    start(EmbeddedApiServer.builder().watchList(false).http2(false));
    server.cluster().service("shop", "web");
    ServiceCatalog catalog = synced("shop");
    soon().until(() -> server.openWatches() == 1);
    server.cluster().service("shop", "api");
    assertSoon(catalog, "api", "web");

    assertThat(accepts())
        .containsExactly(
            "application/json;as=PartialObjectMetadata" + OR_ANY,
            "application/json;as=PartialObjectMetadataList" + OR_ANY,
            "application/json;as=PartialObjectMetadata" + OR_ANY);
  }

  @Test
  void watchesOfServicesGoOnAskingForSlices() throws Exception {
    start(EmbeddedApiServer.builder());
    server.cluster().service("shop", "web").addPod("web-1", "10.0.0.1", "z1");
    ServiceCatalog catalog = synced("shop");
    ServiceWatch watch = discovery.watch("web.shop:grpc");
    watch.whenSynced().get(20, TimeUnit.SECONDS);

    assertThat(watch.pick().address()).isEqualTo("10.0.0.1");
    assertThat(catalog.services()).containsExactly("web");
    assertThat(accepts()).last().isEqualTo("application/json");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void showsAThousandServicesAndTheChangesAmongThem(boolean watchList) throws Exception {
    start(EmbeddedApiServer.builder().historySize(5_000).watchList(watchList));
    List<SimulatedService> services = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      services.add(server.cluster().service("shop", "s" + i));
    }
    ServiceCatalog catalog = synced("shop");
    assertThat(catalog.services()).hasSize(1_000).contains("s0", "s999");

    services.subList(0, 500).forEach(SimulatedService::delete);
    server.cluster().service("shop", "new");

    soon().until(() -> catalog.services().size() == 501);
    assertThat(catalog.services()).contains("new", "s500").doesNotContain("s0", "s499");
    assertThat(server.requests()).hasSize(watchList ? 1 : 4); // refused, two pages, the watch
  }

  @Test
  void keepsTheNamesWhileTheServerIsDeadAndIsRightWhenItIsBackWithoutItsHistory() throws Exception {
    start(EmbeddedApiServer.builder());
    SimulatedService web = server.cluster().service("shop", "web");
    server.cluster().service("shop", "api");
    ServiceCatalog catalog = synced("shop");

    server.kill();
    soon().until(() -> catalog.state() == SyncState.STALE);
    assertThat(catalog.services()).containsExactly("api", "web");
    assertThat(catalog.problem()).isNotNull();
    web.delete();
    server.cluster().service("shop", "db");
    server.faults().compact();
    server.restart();

    assertSoon(catalog, "api", "db");
    soon().until(() -> catalog.state() == SyncState.SYNCED);
  }

  @Test
  void saysWhichRoleIsMissingAndGoesOnOnceItIsThere() throws Exception {
    start(EmbeddedApiServer.builder());
    server.cluster().service("depot", "stock");
    server.faults().forbid("*", "endpointslices", "depot");
    ServiceCatalog catalog = discovery.catalog("depot");
    soon().until(() -> String.valueOf(catalog.problem()).contains("kind: Role"));
    assertThat(catalog.problem()).contains("namespace depot").contains("list", "watch");
    assertThat(catalog.state()).isEqualTo(SyncState.PENDING);

    server.faults().allowAll();

    assertSoon(catalog, "stock");
    assertThat(catalog.problem()).isNull();
  }
}
