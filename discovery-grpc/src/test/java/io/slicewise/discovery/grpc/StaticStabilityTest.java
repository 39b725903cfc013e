package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.FallbackAuthority;
import io.slicewise.discovery.model.SyncState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel that is opened while the API server is dead, and has somewhere else to go. */
@Timeout(60)
class StaticStabilityTest {

  private final Cluster cluster =
      new Cluster(builder -> builder.fallbackAfter(Duration.ofMillis(100)));

  @AfterEach
  void close() {
    cluster.close();
  }

  private boolean isState(SyncState state) {
    return cluster.discovery.views().stream().allMatch(view -> view.state() == state);
  }

  @Test
  void callsGoToTheFallbackAndMoveToThePodsWithoutAFailure() throws Exception {
    cluster.servers.start("127.31.0.9"); // what kube-proxy is in a cluster
    cluster.pod("127.31.0.1", "a");
    cluster.pod("127.31.0.2", "b");
    cluster.api.kill();
    ManagedChannel channel =
        cluster.keep(
            SlicewiseGrpc.channel(
                    "k8s:///echo.shop:grpc",
                    InsecureChannelCredentials.create(),
                    cluster.discovery,
                    WatchOptions.DEFAULTS.withFallback(
                        new FallbackAuthority("127.31.0.9", cluster.servers.port())),
                    ZoneAwareConfig.DEFAULTS)
                .build());

    try (Traffic traffic = new Traffic(channel, 200, 5)) {
      await().until(() -> traffic.done() > 100 && traffic.streamsDone() > 2);
      assertThat(isState(SyncState.FALLBACK)).isTrue();
      assertThat(traffic.takeAnswers().keySet()).containsExactly("127.31.0.9");

      cluster.api.restart();
      await().until(() -> isState(SyncState.SYNCED));
      await().until(() -> traffic.takeAnswers().size() == 2);

      traffic.drain();
      assertThat(traffic.failures()).isEmpty();
    }
  }
}
