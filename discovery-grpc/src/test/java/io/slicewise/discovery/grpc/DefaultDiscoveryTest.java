package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The discovery of channels that were given none, by a kubeconfig that may be missing. */
@Timeout(60)
class DefaultDiscoveryTest {

  private final Cluster cluster = new Cluster();
  private final Path kubeconfig = cluster.directory().resolve("late");
  private final AtomicInteger made = new AtomicInteger();
  private final NameResolverRegistry registry = new NameResolverRegistry();

  DefaultDiscoveryTest() {
    // Longer than gRPC keeps its threads after the last channel.
    Executor later = CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS, Runnable::run);
    DefaultDiscovery shared = new DefaultDiscovery(this::discovery, later);
    registry.register(new SliceNameResolverProvider("k8s", shared) {});
    cluster.pods(60, 1, "a");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private ServiceDiscovery discovery() {
    ServiceDiscovery discovery =
        ServiceDiscovery.builder().cluster(ClusterConfig.kubeconfig(kubeconfig)).build();
    made.incrementAndGet();
    return discovery;
  }

  private void writeKubeconfig() throws IOException {
    Files.copy(cluster.api.writeKubeconfig(cluster.directory()), kubeconfig);
  }

  private ManagedChannel channel() {
    return cluster.keep(
        Grpc.newChannelBuilder(
                "k8s:///echo.shop:grpc", InsecureChannelCredentials.create(), registry)
            .defaultServiceConfig(SlicewiseGrpc.serviceConfig(ZoneAwareConfig.DEFAULTS))
            .build());
  }

  private static String call(ManagedChannel channel) {
    try {
      return Echo.call(channel);
    } catch (StatusRuntimeException e) {
      return e.getMessage();
    }
  }

  @Test
  void oneThatCannotBeMadeIsTriedAgain() throws Exception {
    ManagedChannel channel = channel();
    assertThat(call(channel))
        .startsWith("UNAVAILABLE: k8s:///echo.shop:grpc: no kubeconfig: ")
        .endsWith("late does not exist");

    writeKubeconfig();

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(call(channel)).isEqualTo("127.60.0.2"));
  }

  @Test
  void allShareOneThatEndsAWhileAfterTheLast() throws Exception {
    writeKubeconfig();
    ManagedChannel first = channel();
    assertThat(call(first)).isEqualTo("127.60.0.2");
    assertThat(call(channel())).isEqualTo("127.60.0.2");
    first.enterIdle();
    assertThat(call(first)).isEqualTo("127.60.0.2");
    assertThat(made).hasValue(1);
    assertThat(cluster.api.openWatches()).isEqualTo(1);

    cluster.closeChannels();

    await().untilAsserted(() -> assertThat(cluster.api.openWatches()).isZero());
  }
}
