package io.slicewise.discovery.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslContext;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** An API server, the Service shop/checkout and its pods, seen from zone-a. */
final class TestCluster implements AutoCloseable {

  private final EmbeddedApiServer api = EmbeddedApiServer.start();
  private final ServiceDiscovery discovery;
  private final List<AutoCloseable> open = new ArrayList<>();

  TestCluster(Path directory) throws IOException {
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.kubeconfig(api.writeKubeconfig(directory)))
            .zone("zone-a")
            .connectJitter(Duration.ZERO)
            .findCallers(false)
            .build();
  }

  static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  /** Has something closed at the end, before the cluster is. */
  <T extends AutoCloseable> T keep(T resource) {
    open.add(0, resource);
    return resource;
  }

  TestPod pod(String host) {
    return pod(host, 0, "zone-a", null);
  }

  TestPod pod(String host, SslContext tls) {
    return pod(host, 0, "zone-a", tls);
  }

  /** Starts a server and lists it as a pod of {@code checkout}. */
  TestPod pod(String host, int port, String zone, @Nullable SslContext tls) {
    TestPod pod = keep(new TestPod(host, port, tls));
    list("checkout", pod, zone);
    return pod;
  }

  /** Lists a server as a pod of a Service. */
  void list(String service, TestPod pod, String zone) {
    boolean six = pod.host().indexOf(':') >= 0;
    SimulatedService simulated =
        api.cluster()
            .service("shop", service)
            .families(six ? "IPv6" : "IPv4")
            .port("http", 80, "http", "TCP", null);
    String name = "pod-" + simulated.pods().size();
    simulated.batch(() -> simulated.addPod(name, pod.host(), zone).port("http", pod.port()));
  }

  /** Opens a watch of a Service, and waits until it knows all its pods. */
  ServiceWatch watch(String service, WatchOptions options) throws Exception {
    ServiceTarget target = ServiceTarget.parse(service + ".shop:http");
    ServiceWatch watch = keep(discovery.watch(target, options));
    watch.whenSynced().get(20, TimeUnit.SECONDS);
    int pods = api.cluster().service("shop", service).pods().size();
    soon().until(() -> watch.view().endpoints().size() == pods);
    return watch;
  }

  static int inFlight(ServiceWatch watch) {
    return watch.view().endpoints().stream().mapToInt(Endpoint::inFlight).sum();
  }

  /** No call counts as in flight any more. */
  static void assertNothingInFlight(ServiceWatch watch) {
    soon().untilAsserted(() -> assertThat(inFlight(watch)).isZero());
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    discovery.close();
    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    api.close();
  }
}
