package io.slicewise.discovery.http;

import static io.slicewise.discovery.http.HttpCluster.assertNothingInFlight;
import static io.slicewise.discovery.http.HttpCluster.soon;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long connections live, as the servers see it. */
class ConnectionsTest {

  private final HttpCluster cluster = new HttpCluster();

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  private static void call(ServiceHttpClient client, List<Backend> pods) {
    soon()
        .until(
            () -> {
              client.get("/").close();
              return pods.stream().allMatch(pod -> pod.openConnections() > 0);
            });
  }

  @Test
  void reusesAConnectionForCallsOneAfterTheOther() throws Exception {
    Backend pod = cluster.pod("127.0.5.1");
    ServiceHttpClient client = cluster.client();
    for (int i = 0; i < 20; i++) {
      client.get("/").close();
    }
    assertThat(pod.exchanges()).hasSize(20);
    assertThat(pod.acceptedConnections()).isEqualTo(1);
  }

  @Test
  void closesConnectionsToPodsThatAreGoneOrNotReady() throws Exception {
    List<Backend> pods = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      pods.add(cluster.pod("127.0.5." + i));
    }
    ServiceHttpClient client = cluster.client();
    call(client, pods);

    cluster.podOf(pods.get(0)).remove();
    cluster.podOf(pods.get(1)).ready(false);
    cluster.podOf(pods.get(2)).terminate();

    for (Backend gone : pods.subList(0, 3)) {
      soon().until(() -> gone.openConnections() == 0);
    }
    assertThat(pods.get(3).openConnections()).isEqualTo(1);
    cluster.podOf(pods.get(1)).ready(true);
    call(client, List.of(pods.get(1), pods.get(3)));
  }

  @Test
  void closesConnectionsToAPodWhoseAddressAnotherOneTookOver() throws Exception {
    Backend pod = cluster.pod("127.0.5.1");
    ServiceHttpClient client = cluster.client();
    client.get("/").close();
    Endpoint before = client.watch().pick();

    cluster.service.batch(
        () -> {
          cluster.podOf(pod).remove();
          SimulatedPod unused =
              cluster.service.addPod("another", pod.host(), null).port("http", pod.port());
        });

    soon().until(() -> !client.watch().pick().equals(before));
    soon().until(() -> pod.openConnections() == 0);
    client.get("/").close();
    assertThat(pod.acceptedConnections()).isEqualTo(2);
  }

  @Test
  void letsAResponseEndWhosePodHasGone() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Backend pod =
        cluster
            .pod("127.0.5.1")
            .with(
                exchange -> {
                  exchange.write("HTTP/1.1 200 -\r\nContent-Length: 11\r\n\r\nhello");
                  try {
                    gone.await();
                  } catch (InterruptedException e) {
                    throw new IOException(e);
                  }
                  exchange.write(" world");
                });
    Backend other = cluster.backend("127.0.5.2", null);
    ServiceHttpClient client = cluster.client();
    try (Response response = client.get("/")) {
      BufferedSource source = response.body().source();
      assertThat(source.readUtf8(5)).isEqualTo("hello");
      cluster.list(other);
      cluster.podOf(pod).remove();
      soon().until(() -> client.watch().view().endpoints().size() == 1);
      soon().until(() -> client.watch().pick().port() == other.port());
      client.get("/").close();
      assertThat(pod.openConnections()).isEqualTo(1);
      gone.countDown();

      assertThat(source.readUtf8()).isEqualTo(" world");
    }
    soon().until(() -> pod.openConnections() == 0);
    assertThat(other.openConnections()).isEqualTo(1);
    assertNothingInFlight(client);
  }

  @Test
  void closesIdleConnectionsAndLetsCallsEndWhenItIsClosed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Backend pod =
        cluster
            .pod("127.0.5.1")
            .with(
                exchange -> {
                  if (exchange.path().equals("/slow")) {
                    try {
                      closed.await();
                    } catch (InterruptedException e) {
                      throw new IOException(e);
                    }
                  }
                  exchange.reply(200, "hello");
                });
    ServiceHttpClient client = cluster.client();
    CompletableFuture<Response> slow = client.sendAsync(client.request("/slow").build());
    soon().until(() -> pod.exchanges().size() == 1);
    client.get("/").close();
    assertThat(pod.openConnections()).isEqualTo(2);

    client.close();

    soon().until(() -> pod.openConnections() == 1);
    closed.countDown();
    try (Response response = slow.get(20, SECONDS)) {
      assertThat(response.body().string()).isEqualTo("hello");
    }
    soon().until(() -> pod.openConnections() == 0);
  }

  @Test
  void aPodThatFailsAndGoesLeavesNothingBehind() throws Exception {
    for (int i = 1; i <= 20; i++) {
      Backend pod = cluster.pod("127.0.5." + i).with(Backend.Exchange::reset);
      ServiceHttpClient client = cluster.client();
      assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
      cluster.podOf(pod).remove();
      soon().until(() -> client.watch().view().endpoints().isEmpty());
      soon().until(() -> pod.openConnections() == 0);
      client.close();
    }
  }
}
