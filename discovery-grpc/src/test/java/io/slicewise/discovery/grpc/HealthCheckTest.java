package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** gRPC's own health checking, which asks every server over the connection that calls use. */
@Timeout(60)
class HealthCheckTest {

  private final Map<String, HealthStatusManager> health = new HashMap<>();

  private void pod(Cluster cluster, String address, String zone) {
    HealthStatusManager manager = new HealthStatusManager();
    health.put(address, manager);
    tell(address, ServingStatus.SERVING);
    cluster.pod(
        address,
        zone,
        InsecureServerCredentials.create(),
        new BindableService[] {Echo.service(text -> address), manager.getHealthService()});
  }

  private void tell(String address, ServingStatus status) {
    health.get(address).setStatus(Echo.SERVICE, status);
  }

  private static ManagedChannel channel(Cluster cluster, ZoneAwareConfig policy) {
    Map<String, Object> config = new HashMap<>(SlicewiseGrpc.serviceConfig(policy));
    config.put("healthCheckConfig", Map.of("serviceName", Echo.SERVICE));
    return cluster.channel(
        Grpc.newChannelBuilder("k8s:///echo.shop:grpc", InsecureChannelCredentials.create()),
        config);
  }

  private static Set<String> answers(ManagedChannel channel) {
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      answers.add(Echo.call(channel));
    }
    return answers;
  }

  @Test
  void anEndpointIsCalledWhileItsServerSaysThatItServes() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1", "a");
      pod(cluster, "127.1.0.2", "a");
      pod(cluster, "127.1.0.3", "a");
      ManagedChannel channel = channel(cluster, ZoneAwareConfig.DEFAULTS);
      await().until(() -> answers(channel).size() == 3);

      tell("127.1.0.2", ServingStatus.NOT_SERVING);
      await().until(() -> answers(channel).equals(Set.of("127.1.0.1", "127.1.0.3")));
      tell("127.1.0.2", ServingStatus.SERVING);

      await().until(() -> answers(channel).size() == 3);
    }
  }

  @Test
  void anEndpointThatDoesNotServeFromTheStartGetsNoCall() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1", "a");
      pod(cluster, "127.1.0.2", "a");
      tell("127.1.0.2", ServingStatus.NOT_SERVING);
      ManagedChannel channel = channel(cluster, ZoneAwareConfig.DEFAULTS);

      assertThat(answers(channel)).containsExactly("127.1.0.1");
      tell("127.1.0.2", ServingStatus.SERVING);
      await().until(() -> answers(channel).size() == 2);
    }
  }

  @Test
  void aZoneOfWhichNoServerServesIsLeft() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1", "a");
      pod(cluster, "127.2.0.1", "b");
      ZoneAwareConfig inZoneA =
          ZoneAwareConfig.DEFAULTS.inZone("a").withCallers(Map.of("a", 0.5, "b", 0.5));
      ManagedChannel channel = channel(cluster, inZoneA);
      await().until(() -> answers(channel).equals(Set.of("127.1.0.1")));

      tell("127.1.0.1", ServingStatus.NOT_SERVING);

      await().until(() -> answers(channel).equals(Set.of("127.2.0.1")));
    }
  }

  @Test
  void aServerWithoutHealthServiceIsUsed() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1", "a");
      cluster.pod("127.1.0.2", "a");
      ManagedChannel channel = channel(cluster, ZoneAwareConfig.DEFAULTS);

      await().until(() -> answers(channel).size() == 2);
    }
  }

  @Test
  void callsSayThatNobodyServesAndThoseThatWaitAreServedLater() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1", "a");
      tell("127.1.0.1", ServingStatus.NOT_SERVING);
      ManagedChannel channel = channel(cluster, ZoneAwareConfig.DEFAULTS);

      assertThatThrownBy(() -> Echo.call(channel))
          .hasMessageContaining(
              "UNAVAILABLE: k8s:///echo.shop:grpc: none of 1 endpoints can be reached: ")
          .hasMessageContaining("NOT_SERVING");
      CompletableFuture<String> waiting =
          CompletableFuture.supplyAsync(
              () -> Echo.call(channel, CallOptions.DEFAULT.withWaitForReady()));
      tell("127.1.0.1", ServingStatus.SERVING);

      assertThat(waiting.join()).isEqualTo("127.1.0.1");
    }
  }
}
