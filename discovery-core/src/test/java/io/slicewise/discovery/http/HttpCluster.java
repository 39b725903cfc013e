package io.slicewise.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** An API server, the Service shop/checkout with a port {@code http}, its pods, and clients. */
final class HttpCluster implements AutoCloseable {

  final EmbeddedApiServer api = EmbeddedApiServer.start();
  final ServiceDiscovery discovery;
  final SimulatedService service = api.cluster().service("shop", "checkout").port("http", 80, 8080);
  private final Map<String, Backend> backends = new TreeMap<>();
  private final List<ServiceHttpClient> clients = new ArrayList<>();
  private final Path directory;

  HttpCluster() {
    try {
      directory = Files.createTempDirectory("slicewise");
      discovery =
          ServiceDiscovery.builder()
              .cluster(ClusterConfig.kubeconfig(api.writeKubeconfig(directory)))
              .namespace("shop")
              .connectJitter(Duration.ZERO)
              .findCallers(false)
              .build();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  /** Starts a pod with a server at this loopback address. */
  Backend pod(String host) throws IOException {
    return pod(host, null);
  }

  Backend pod(String host, @Nullable SSLContext tls) throws IOException {
    Backend backend = backend(host, tls);
    list(backend);
    return backend;
  }

  /** Starts a server that is no endpoint yet. */
  Backend backend(String host, @Nullable SSLContext tls) throws IOException {
    Backend backend = new Backend(host, 0, tls);
    backends.put(nameOf(backend), backend);
    return backend;
  }

  SimulatedPod list(Backend backend) {
    SimulatedPod[] pod = new SimulatedPod[1];
    service.batch(
        () ->
            pod[0] =
                service.addPod(nameOf(backend), backend.host(), null).port("http", backend.port()));
    return pod[0];
  }

  SimulatedPod podOf(Backend backend) {
    return service.pod(nameOf(backend));
  }

  private static String nameOf(Backend backend) {
    return "pod-" + backend.host().replaceAll("[.:]", "-") + "-" + backend.port();
  }

  ServiceHttpClient client() throws Exception {
    return client(builder());
  }

  ServiceHttpClientBuilder builder() {
    return ServiceHttpClient.builder("checkout.shop:http", discovery);
  }

  /** Builds a client and waits until it knows the pods there are. */
  ServiceHttpClient client(ServiceHttpClientBuilder builder) throws Exception {
    ServiceHttpClient client = keep(builder.build());
    client.watch().whenSynced().get(20, TimeUnit.SECONDS);
    soon().until(() -> client.watch().view().eligible().size() == service.pods().size());
    return client;
  }

  ServiceHttpClient keep(ServiceHttpClient client) {
    clients.add(client);
    return client;
  }

  /** No call counts as in flight any more. */
  static void assertNothingInFlight(ServiceHttpClient client) {
    soon()
        .untilAsserted(
            () ->
                assertThat(client.watch().view().endpoints())
                    .allSatisfy(endpoint -> assertThat(endpoint.inFlight()).isZero()));
  }

  static int inFlight(ServiceHttpClient client) {
    return client.watch().view().endpoints().stream().mapToInt(Endpoint::inFlight).sum();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    clients.forEach(ServiceHttpClient::close);
    discovery.close();
    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    for (Backend backend : backends.values()) {
      backend.close();
    }
    api.close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }
}
