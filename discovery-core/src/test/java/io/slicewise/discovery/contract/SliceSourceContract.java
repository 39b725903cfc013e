package io.slicewise.discovery.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceCatalog;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What discovery must show of an API server, whichever it is: slices are written over its API, and
 * read back as views. Each test has Services of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SliceSourceContract {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private SliceApi api;
  private ServiceDiscovery discovery;

  /** Starts the server, or finds it. */
  abstract Path kubeconfig() throws Exception;

  @BeforeAll
  void createNamespace() throws Exception {
    api = new SliceApi(kubeconfig(), "slicewise-" + Long.toString(System.nanoTime(), 36));
  }

  @BeforeEach
  void open() throws Exception {
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.kubeconfig(kubeconfig()))
            .namespace(api.namespace())
            .family(AddressType.IPV4)
            .connectJitter(Duration.ZERO)
            .build();
  }

  @AfterEach
  void close() throws InterruptedException {
    discovery.close();
    assertThat(discovery.awaitClosed(PATIENCE)).isTrue();
  }

  /** Stops what {@link #kubeconfig()} started. */
  void stopServer() {}

  @AfterAll
  void deleteNamespace() {
    try {
      api.close();
    } finally {
      stopServer();
    }
  }

  final SliceApi api() {
    return api;
  }

  static ConditionFactory patiently() {
    return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
  }

  final ServiceWatch synced(String target) throws Exception {
    return synced(target, WatchOptions.DEFAULTS);
  }

  private ServiceWatch synced(String target, WatchOptions options) throws Exception {
    ServiceWatch watch = discovery.watch(ServiceTarget.parse(target), options);
    watch.whenSynced().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return watch;
  }

  static List<String> eligible(ServiceView view) {
    return view.eligible().stream().map(Endpoint::authority).sorted().toList();
  }

  static void assertSoon(ServiceWatch watch, String... authorities) {
    patiently()
        .untilAsserted(() -> assertThat(eligible(watch.view())).containsExactly(authorities));
  }

  @Test
  void listsWhatWasWrittenBefore() throws Exception {
    api.put(new SliceJson("listed", "listed-1").ready("10.1.0.1", "10.1.0.2"));
    api.put(new SliceJson("listed", "listed-2").ready("10.1.0.3"));

    ServiceView view = synced("listed:grpc").view();

    assertThat(view.state()).isEqualTo(SyncState.SYNCED);
    assertThat(view.problem()).isNull();
    assertThat(eligible(view)).containsExactly("10.1.0.1:8080", "10.1.0.2:8080", "10.1.0.3:8080");
    assertThat(view.resourceVersion()).isNotEmpty();
  }

  @Test
  void followsSlicesAsTheyComeChangeAndGo() throws Exception {
    ServiceWatch watch = synced("followed:grpc");
    assertThat(watch.view().eligible()).isEmpty();

    api.put(new SliceJson("followed", "followed-1").ready("10.2.0.1"));
    assertSoon(watch, "10.2.0.1:8080");
    api.put(new SliceJson("followed", "followed-2").ready("10.2.0.2"));
    assertSoon(watch, "10.2.0.1:8080", "10.2.0.2:8080");
    api.put(new SliceJson("followed", "followed-1").ready("10.2.0.3"));
    assertSoon(watch, "10.2.0.2:8080", "10.2.0.3:8080");
    api.delete("followed-2");
    assertSoon(watch, "10.2.0.3:8080");
    api.delete("followed-1");
    assertSoon(watch);
    assertThat(watch.view().problem()).startsWith("no EndpointSlice names the Service");
  }

  @Test
  void picksOnlyReadyEndpoints() throws Exception {
    api.put(
        new SliceJson("picked", "picked-1")
            .endpoint("10.3.0.1", true, true, false)
            .endpoint("10.3.0.2", false, false, false)
            .endpoint("10.3.0.3", false, true, true)
            .endpoint("10.3.0.4", true, true, false));
    ServiceWatch watch = synced("picked:grpc");

    Set<String> picked = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      picked.add(watch.pick().address());
    }

    assertThat(picked).containsExactlyInAnyOrder("10.3.0.1", "10.3.0.4");
    assertThat(watch.view().endpoints()).hasSize(4);
    api.put(
        new SliceJson("picked", "picked-1")
            .endpoint("10.3.0.1", false, false, false)
            .endpoint("10.3.0.3", false, true, true)
            .endpoint("10.3.0.4", false, false, true));
    assertSoon(watch, "10.3.0.3:8080");
  }

  @Test
  void takesMissingConditionsForReady() throws Exception {
    api.put(
        new SliceJson("plain", "plain-1")
            .endpoint("10.4.0.1", null, null, null)
            .endpoint("10.4.0.2", endpoint -> {})
            .endpoint("10.4.0.3", true, null, null)
            .endpoint("10.4.0.4", false, null, null));

    ServiceWatch watch = synced("plain:grpc");

    assertThat(eligible(watch.view()))
        .containsExactly("10.4.0.1:8080", "10.4.0.2:8080", "10.4.0.3:8080");
  }

  @Test
  void tellsAPlaceholderFromNoSliceAtAll() throws Exception {
    api.put(new SliceJson("empty", "empty-1").ports(ports -> {}));

    ServiceWatch empty = synced("empty:grpc");
    ServiceWatch none = synced("nosuch:grpc");

    assertThat(empty.view().problem()).contains("selector matches no pod");
    assertThat(none.view().problem()).contains("there is no such Service in this namespace");
    assertThatThrownBy(none::pick).isInstanceOf(NoEndpointException.class);
    api.put(new SliceJson("empty", "empty-1").ready("10.5.0.1"));
    assertSoon(empty, "10.5.0.1:8080");
  }

  @Test
  void anEndpointThatMovesNeverLeaves() throws Exception {
    api.put(new SliceJson("moving", "moving-1").ready("10.6.0.1", "10.6.0.2"));
    api.put(new SliceJson("moving", "moving-2").ready("10.6.0.3"));
    ServiceWatch watch = synced("moving:grpc");
    Queue<List<String>> heard = new ConcurrentLinkedQueue<>();
    watch.subscribe(view -> heard.add(eligible(view)));

    for (int i = 0; i < 5; i++) {
      api.put(new SliceJson("moving", "moving-2").ready("10.6.0.3", "10.6.0.2"));
      api.put(new SliceJson("moving", "moving-1").ready("10.6.0.1"));
      api.put(new SliceJson("moving", "moving-1").ready("10.6.0.1", "10.6.0.2"));
      api.put(new SliceJson("moving", "moving-2").ready("10.6.0.3"));
    }
    api.put(new SliceJson("moving", "moving-2").ready("10.6.0.4"));
    assertSoon(watch, "10.6.0.1:8080", "10.6.0.2:8080", "10.6.0.4:8080");

    patiently().until(() -> heard.stream().anyMatch(view -> view.contains("10.6.0.4:8080")));
    assertThat(heard).allSatisfy(view -> assertThat(view).contains("10.6.0.2:8080"));
  }

  @Test
  void severalServicesAndOneAddedLaterAreFollowedAlike() throws Exception {
    for (String service : List.of("one", "two", "three")) {
      api.put(new SliceJson(service, service + "-1").ready("10.7.0.1"));
    }
    ServiceWatch one = discovery.watch("one:grpc");
    ServiceWatch two = discovery.watch("two:grpc");
    assertSoon(one, "10.7.0.1:8080");
    assertSoon(two, "10.7.0.1:8080");

    ServiceWatch three = synced("three:grpc");
    api.put(new SliceJson("one", "one-1").ready("10.7.0.2"));
    api.put(new SliceJson("two", "two-1").ready("10.7.0.3"));
    api.put(new SliceJson("three", "three-1").ready("10.7.0.4"));

    assertSoon(one, "10.7.0.2:8080");
    assertSoon(two, "10.7.0.3:8080");
    assertSoon(three, "10.7.0.4:8080");
  }

  @Test
  void aSliceRelabelledMovesToTheOtherService() throws Exception {
    api.put(new SliceJson("from", "wanderer").ready("10.8.0.1"));
    ServiceWatch from = discovery.watch("from:grpc");
    ServiceWatch to = discovery.watch("to:grpc");
    assertSoon(from, "10.8.0.1:8080");

    api.put(new SliceJson("to", "wanderer").ready("10.8.0.1"));
    assertSoon(to, "10.8.0.1:8080");
    assertSoon(from);
    api.put(new SliceJson("nobody", "wanderer").ready("10.8.0.1"));
    assertSoon(to);
  }

  @Test
  void showsAThousandEndpointsInTenSlicesAndTheirEnd() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int s = 0; s < 10; s++) {
      SliceJson slice = new SliceJson("large", "large-" + s);
      for (int i = 0; i < 100; i++) {
        slice.ready("10.9." + s + "." + i);
        expected.add("10.9." + s + "." + i + ":8080");
      }
      api.put(slice);
    }
    ServiceWatch watch = synced("large:grpc");
    assertThat(eligible(watch.view())).containsExactlyInAnyOrderElementsOf(expected);

    for (int s = 0; s < 10; s++) {
      api.delete("large-" + s);
    }
    assertSoon(watch);
  }

  @Test
  void readsWhatElseASliceSays() throws Exception {
    api.put(
        new SliceJson("rich", "rich-1")
            .label("team", "blue")
            .annotation("example.com/note", "\"quoted\" \u00e4\u00f6\u00fc \ud83d\ude80")
            .ports(
                ports -> {
                  ports.addObject().put("name", "web").put("protocol", "TCP").put("port", 8081);
                  ports.addObject().put("name", "dns").put("protocol", "UDP").put("port", 53);
                })
            .endpoint(
                "10.10.0.1",
                endpoint -> {
                  endpoint.put("hostname", "rich-0").put("nodeName", "node-a").put("zone", "z-1");
                  endpoint
                      .putObject("targetRef")
                      .put("kind", "Pod")
                      .put("name", "rich-0-pod")
                      .put("uid", "5a4c0000-0000-4000-8000-000000000001");
                  endpoint.putObject("hints").putArray("forZones").addObject().put("name", "z-2");
                }));

    Endpoint endpoint = synced("rich-0.rich." + api.namespace() + ":web").pick();

    assertThat(endpoint.authority()).isEqualTo("10.10.0.1:8081");
    assertThat(endpoint.hostname()).isEqualTo("rich-0");
    assertThat(endpoint.node()).isEqualTo("node-a");
    assertThat(endpoint.zone()).isEqualTo("z-1");
    assertThat(endpoint.pod()).isEqualTo("rich-0-pod");
    assertThat(endpoint.podUid()).hasToString("5a4c0000-0000-4000-8000-000000000001");
    assertThat(endpoint.hints().forZones()).containsExactly("z-2");
    assertThat(synced("rich", WatchOptions.DEFAULTS.withProtocol("UDP")).pick().port())
        .isEqualTo(53);
  }

  @Test
  void readsOtherAddressTypes() throws Exception {
    api.put(new SliceJson("six", "six-1").type("IPv6").ready("fd00::1"));
    api.put(new SliceJson("name", "name-1").type("FQDN").ready("db.example.com"));

    assertThat(eligible(synced("six:grpc").view())).containsExactly("[fd00::1]:8080");
    assertThat(eligible(synced("name:grpc").view())).isEmpty();
    assertThat(
            synced("name:grpc", WatchOptions.DEFAULTS.withHostNames(true)).pick().socketAddress())
        .hasToString("db.example.com/<unresolved>:8080");
  }

  final ServiceCatalog catalog() throws Exception {
    ServiceCatalog catalog = discovery.catalog(api.namespace());
    catalog.whenSynced().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return catalog;
  }

  @Test
  void listsTheServicesThatSlicesName() throws Exception {
    api.put(new SliceJson("catalogued", "catalogued-1").ready("10.12.0.1"));
    api.put(new SliceJson("catalogued", "catalogued-2").ready("10.12.0.2"));
    api.put(new SliceJson("hollow", "hollow-1").ports(ports -> {}));

    ServiceCatalog catalog = catalog();

    assertThat(catalog.state()).isEqualTo(SyncState.SYNCED);
    assertThat(catalog.problem()).isNull();
    assertThat(catalog.services()).contains("catalogued", "hollow");
  }

  @Test
  void followsServicesAsTheyComeAndGo() throws Exception {
    ServiceCatalog catalog = catalog();
    assertThat(catalog.services()).doesNotContain("coming");

    api.put(new SliceJson("coming", "coming-1").ready("10.13.0.1"));
    patiently().until(() -> catalog.services().contains("coming"));
    api.put(new SliceJson("coming", "coming-2").ready("10.13.0.2"));
    api.delete("coming-1");
    api.put(new SliceJson("renamed", "coming-2").ready("10.13.0.2"));
    patiently().until(() -> catalog.services().contains("renamed"));
    assertThat(catalog.services()).doesNotContain("coming");
    api.delete("coming-2");
    patiently().until(() -> !catalog.services().contains("renamed"));
  }

  @Test
  void picksUpAPortThatChangesInPlace() throws Exception {
    api.put(new SliceJson("ported", "ported-1").ready("10.11.0.1"));
    ServiceWatch watch = synced("ported:grpc");
    assertThat(watch.pick().port()).isEqualTo(8080);

    api.put(
        new SliceJson("ported", "ported-1")
            .ports(
                ports ->
                    ports.addObject().put("name", "grpc").put("protocol", "TCP").put("port", 9090))
            .ready("10.11.0.1"));

    assertSoon(watch, "10.11.0.1:9090");
  }
}
