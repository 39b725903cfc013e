package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that never answers: its calls run out of time. */
@Timeout(60)
class DeadlineTest {

  private final Cluster cluster = new Cluster();

  @BeforeEach
  void start() {
    cluster.pods(61, 2, "a");
    cluster.pod(
        "127.61.9.9", "a", InsecureServerCredentials.create(), Echo.calls((text, answers) -> {}));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static int late(ManagedChannel channel) {
    int late = 0;
    for (int i = 0; i < 90; i++) {
      try {
        Echo.call(channel, CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.MILLISECONDS));
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        late++;
      }
    }
    return late;
  }

  private ManagedChannel channel(boolean failOnDeadline) {
    Map<String, ?> config = Map.of("strategy", "random", "failOnDeadline", failOnDeadline);
    ManagedChannel channel = cluster.channel(ZoneAwareConfig.fromJson(config));
    channel.getState(true);
    await().until(() -> cluster.servers.open() == 3);
    return channel;
  }

  @Test
  void isNotLeftOutUnlessThatIsAskedFor() {
    assertThat(late(channel(false))).isGreaterThan(12);
  }

  @Test
  void isLeftOutWhereThatIsAskedFor() {
    assertThat(late(channel(true))).isLessThan(10);
  }
}
