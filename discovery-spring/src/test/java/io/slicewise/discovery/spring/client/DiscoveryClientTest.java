package io.slicewise.discovery.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.TestCluster;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedService;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What the two discovery clients tell, from a real API server. */
class DiscoveryClientTest {

  /** Both are to tell the same. */
  enum Kind {
    BLOCKING(
        (context, id) -> context.getBean(SliceDiscoveryClient.class).getInstances(id),
        context -> context.getBean(SliceDiscoveryClient.class).getServices()),
    REACTIVE(
        (context, id) ->
            context
                .getBean(SliceReactiveDiscoveryClient.class)
                .getInstances(id)
                .collectList()
                .block(),
        context ->
            context
                .getBean(SliceReactiveDiscoveryClient.class)
                .getServices()
                .collectList()
                .block());

    final BiFunction<ApplicationContext, String, List<ServiceInstance>> instances;
    final java.util.function.Function<ApplicationContext, List<String>> services;

    Kind(
        BiFunction<ApplicationContext, String, List<ServiceInstance>> instances,
        java.util.function.Function<ApplicationContext, List<String>> services) {
      this.instances = instances;
      this.services = services;
    }

    List<String> uris(ApplicationContext context, String id) {
      return instances.apply(context, id).stream()
          .map(instance -> instance.getUri().toString())
          .sorted()
          .toList();
    }
  }

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private void run(ContextConsumer<AssertableApplicationContext> test, String... properties) {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                SlicewiseAutoConfiguration.class, SlicewiseDiscoveryClientAutoConfiguration.class))
        .withPropertyValues(cluster.properties(properties))
        .run(test);
  }

  @ParameterizedTest
  @EnumSource
  void readyPodsAreToldWithAllThatIsKnownOfThem(Kind kind) {
    SimulatedService checkout = cluster.service("checkout", "z1");
    checkout.addUnreadyPod("checkout-9", "10.0.0.9", "z1");
    run(
        context -> {
          List<ServiceInstance> instances = kind.instances.apply(context, "checkout");
          assertThat(instances).hasSize(1);
          ServiceInstance instance = instances.get(0);
          assertThat(instance.getServiceId()).isEqualTo("checkout");
          assertThat(instance.getInstanceId()).isEqualTo("checkout-0");
          assertThat(instance.getUri()).isEqualTo(URI.create("http://10.0.0.1:8080"));
          assertThat(instance.isSecure()).isFalse();
          assertThat(instance.getMetadata())
              .isEqualTo(
                  Map.of(
                      "zone", "z1",
                      "node", "node-z1",
                      "pod", "checkout-0",
                      "namespace", "shop",
                      "service", "checkout",
                      "port.name", "http"));
        });
  }

  @ParameterizedTest
  @EnumSource
  void changesAreToldWithoutACacheBetween(Kind kind) {
    SimulatedService checkout = cluster.service("checkout", "z1", "z2");
    run(
        context -> {
          assertThat(kind.uris(context, "checkout")).hasSize(2);
          checkout.pod("checkout-0").ready(false);
          await()
              .untilAsserted(
                  () ->
                      assertThat(kind.uris(context, "checkout"))
                          .containsExactly("http://10.0.0.2:8080"));
          checkout.addPod("checkout-2", "10.0.0.3", "z1");
          await()
              .untilAsserted(
                  () ->
                      assertThat(kind.uris(context, "checkout"))
                          .containsExactly("http://10.0.0.2:8080", "http://10.0.0.3:8080"));
        });
  }

  @ParameterizedTest
  @EnumSource
  void namesMeanServicesInTheirWays(Kind kind) {
    cluster.service("checkout", "z1");
    cluster
        .server()
        .cluster()
        .service("depot", "stock")
        .port("http", 80)
        .addPod("s", "10.1.0.1", "z1");
    run(
        context -> {
          assertThat(kind.uris(context, "CHECKOUT")).containsExactly("http://10.0.0.1:8080");
          assertThat(kind.uris(context, "stock")).isEmpty();
          assertThat(kind.uris(context, "stock.depot")).containsExactly("http://10.1.0.1:80");
          assertThat(kind.uris(context, "stock.depot.svc.cluster.local"))
              .containsExactly("http://10.1.0.1:80");
          assertThat(kind.uris(context, "legacy")).containsExactly("http://10.0.0.1:8080");
          assertThat(kind.uris(context, "LEGACY")).containsExactly("http://10.0.0.1:8080");
        },
        "slicewise.watch.whole-namespace=true",
        "slicewise.services.legacy.service=checkout");
  }

  @ParameterizedTest
  @EnumSource
  void namesThatNoServiceCanHaveHaveNoInstances(Kind kind) {
    run(
        context -> {
          for (String id : List.of("no_such", "a b", "", "10.0.0.1:80", "-", "x".repeat(64))) {
            assertThat(kind.instances.apply(context, id)).as(id).isEmpty();
          }
          assertThat(kind.instances.apply(context, "nosuch")).isEmpty();
        });
    assertThat(cluster.server().requests())
        .allSatisfy(request -> assertThat(request.query().get("labelSelector")).contains("nosuch"));
  }

  @ParameterizedTest
  @EnumSource
  void httpsAndIpv6AreWrittenAsUrisHaveThem(Kind kind) {
    cluster
        .server()
        .cluster()
        .service("shop", "byname")
        .port("https-api", 8443)
        .addPod("a", "10.0.0.1", "z1");
    cluster
        .server()
        .cluster()
        .service("shop", "byprotocol")
        .port("api", 8443, "https")
        .addPod("b", "10.0.0.2", "z1");
    cluster
        .server()
        .cluster()
        .service("shop", "six")
        .families("IPv6")
        .port("https", 8443)
        .addPod("c", "fd00::7", "z1");
    run(
        context -> {
          assertThat(kind.uris(context, "byname")).containsExactly("https://10.0.0.1:8443");
          assertThat(kind.uris(context, "byprotocol")).containsExactly("https://10.0.0.2:8443");
          assertThat(kind.uris(context, "six")).containsExactly("https://[fd00::7]:8443");
          assertThat(kind.instances.apply(context, "byprotocol").get(0).getMetadata())
              .containsEntry("port.appProtocol", "https")
              .containsEntry("port.name", "api");
          assertThat(kind.instances.apply(context, "six").get(0).isSecure()).isTrue();
        },
        "slicewise.watch.whole-namespace=true");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsConfiguredForAServiceCounts(Kind kind) {
    SimulatedService checkout = cluster.service("checkout", "z1");
    checkout.port("admin", 9090);
    run(
        context -> {
          assertThat(kind.uris(context, "checkout")).containsExactly("https://10.0.0.1:9090");
          assertThat(kind.uris(context, "checkout.shop")).containsExactly("http://10.0.0.1:8080");
        },
        "slicewise.services.checkout.port=admin",
        "slicewise.services.checkout.secure=true");
  }

  @ParameterizedTest
  @EnumSource
  void anApiServerThatIsDownAtFirstIsNoError(Kind kind) {
    cluster.service("checkout", "z1");
    cluster.server().kill();
    run(
        context -> {
          assertThat(kind.instances.apply(context, "checkout")).isEmpty();
          assertThat(kind.services.apply(context)).isEmpty();
          cluster.server().restart();
          await()
              .atMost(Duration.ofSeconds(20))
              .untilAsserted(() -> assertThat(kind.uris(context, "checkout")).hasSize(1));
        },
        "slicewise.discovery.timeout=50ms");
  }

  @ParameterizedTest
  @EnumSource
  void anApiServerThatGoesAwayTakesNothingAway(Kind kind) {
    cluster.service("checkout", "z1");
    run(
        context -> {
          assertThat(kind.uris(context, "checkout")).hasSize(1);
          assertThat(kind.services.apply(context)).containsExactly("checkout");
          cluster.server().kill();
          await()
              .atMost(Duration.ofSeconds(20))
              .until(
                  () ->
                      context
                          .getBean(io.slicewise.discovery.ServiceDiscovery.class)
                          .views()
                          .get(0)
                          .state()
                          .name()
                          .equals("STALE"));
          assertThat(kind.uris(context, "checkout")).hasSize(1);
          assertThat(kind.services.apply(context)).containsExactly("checkout");
          context.getBean(SliceDiscoveryClient.class).probe();
          context.getBean(SliceReactiveDiscoveryClient.class).reactiveProbe().block();
        },
        "slicewise.watch.stale-after=0s");
  }

  @ParameterizedTest
  @EnumSource
  void aFallbackStandsInWhileNothingIsKnown(Kind kind) {
    cluster.server().kill();
    run(
        context ->
            await()
                .untilAsserted(
                    () ->
                        assertThat(kind.uris(context, "checkout"))
                            .containsExactly("http://127.0.0.9:80")),
        "slicewise.discovery.timeout=50ms",
        "slicewise.stability.fallback-after=100ms",
        "slicewise.services.checkout.fallback=127.0.0.9:80");
  }

  @ParameterizedTest
  @EnumSource
  void aSnapshotStandsInAtTheNextStart(Kind kind) {
    cluster.service("checkout", "z1");
    String snapshot =
        "slicewise.stability.snapshot=" + cluster.kubeconfig().resolveSibling("snapshot");
    run(context -> assertThat(kind.uris(context, "checkout")).hasSize(1), snapshot);
    await().until(() -> Files.exists(cluster.kubeconfig().resolveSibling("snapshot")));
    cluster.server().kill();
    run(
        context ->
            await().untilAsserted(() -> assertThat(kind.uris(context, "checkout")).hasSize(1)),
        snapshot);
  }

  @Test
  void onlyTheFirstQuestionWaitsForAnApiServerThatDoesNotAnswer() {
    cluster.server().faults().freeze();
    run(
        context -> {
          SliceDiscoveryClient client = context.getBean(SliceDiscoveryClient.class);
          assertThat(client.getInstances("checkout")).isEmpty();
          // Were each to wait, these would take an hour.
          for (int i = 0; i < 10_000; i++) {
            assertThat(client.getInstances("checkout")).isEmpty();
          }
        },
        "slicewise.discovery.timeout=300ms");
  }

  @Test
  void aThreadThatMustNotBlockDoesNotWait() {
    cluster.server().faults().freeze();
    run(
        context -> {
          SliceDiscoveryClient client = context.getBean(SliceDiscoveryClient.class);
          List<ServiceInstance> instances =
              Mono.fromCallable(() -> client.getInstances("checkout"))
                  .subscribeOn(Schedulers.parallel())
                  .block(Duration.ofSeconds(30));
          assertThat(instances).isEmpty();
        },
        "slicewise.discovery.timeout=1h");
  }

  @Test
  void theReactiveClientAnswersOnNoThreadOfDiscovery() {
    cluster.service("checkout", "z1");
    run(
        context -> {
          List<String> threads = new ArrayList<>();
          SliceReactiveDiscoveryClient client = context.getBean(SliceReactiveDiscoveryClient.class);
          client
              .getInstances("checkout")
              .doOnNext(instance -> threads.add(Thread.currentThread().getName()))
              .blockLast();
          client
              .getServices()
              .doOnNext(name -> threads.add(Thread.currentThread().getName()))
              .blockLast();
          assertThat(threads).hasSize(2).allMatch(name -> name.startsWith("parallel-"));
        });
  }

  @Test
  void bothClientsShareOneStream() {
    cluster.service("checkout", "z1");
    run(
        context -> {
          for (Kind kind : Kind.values()) {
            assertThat(kind.uris(context, "checkout")).hasSize(1);
            assertThat(kind.uris(context, "checkout.shop")).hasSize(1);
          }
          assertThat(cluster.server().requests()).filteredOn(RecordedRequest::isWatch).hasSize(1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void servicesAreListedOverNamespaces(Kind kind) {
    cluster.service("checkout", "z1");
    cluster.service("billing");
    cluster.server().cluster().service("depot", "stock").addPod("s", "10.1.0.1", "z1");
    cluster.server().cluster().service("depot", "checkout").addPod("c", "10.1.0.2", "z1");
    run(
        context -> {
          assertThat(kind.services.apply(context))
              .containsExactly("billing", "checkout", "checkout.depot", "legacy", "stock.depot");
          cluster.server().cluster().service("depot", "returns");
          await()
              .untilAsserted(
                  () -> assertThat(kind.services.apply(context)).contains("returns.depot"));
        },
        "slicewise.discovery.namespaces=depot,shop",
        "slicewise.services.legacy.service=checkout");
  }

  @ParameterizedTest
  @EnumSource
  void servicesOfANamespaceThatMayNotBeReadAreMissedAndNothingElse(Kind kind) {
    cluster.service("checkout", "z1");
    cluster.server().faults().forbid("watch", "endpointslices", "secret");
    cluster.server().faults().forbid("list", "endpointslices", "secret");
    run(
        context -> assertThat(kind.services.apply(context)).containsExactly("checkout"),
        "slicewise.discovery.namespaces=shop,secret",
        "slicewise.discovery.timeout=1s");
  }

  @Test
  void descriptionsAndOrderAreThoseOfThisClient() {
    run(
        context -> {
          SliceDiscoveryClient blocking = context.getBean(SliceDiscoveryClient.class);
          SliceReactiveDiscoveryClient reactive =
              context.getBean(SliceReactiveDiscoveryClient.class);
          assertThat(blocking.description())
              .isEqualTo("Slicewise Discovery Client (Kubernetes EndpointSlices)");
          assertThat(reactive.description()).isEqualTo("Reactive " + blocking.description());
          assertThat(Stream.of(blocking.getOrder(), reactive.getOrder())).containsOnly(7);
        },
        "slicewise.discovery.order=7");
  }
}
