package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTest {

  @ParameterizedTest
  @CsvSource({
    "true, true, HTTP_2, HTTP/2.0",
    "true, true, HTTP_1_1, HTTP/1.1",
    "true, false, HTTP_2, HTTP/1.1",
    "false, true, HTTP_2, HTTP/2.0",
    "false, false, HTTP_2, HTTP/1.1"
  })
  void itSpeaksWhatItWasAskedTo(
      boolean tls, boolean http2, HttpClient.Version version, String expected) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.builder().tls(tls).http2(http2).start()) {
      TestClient client = TestClient.of(server, version);
      assertThat(client.get("/version").statusCode()).isEqualTo(200);
      assertThat(client.get(SLICES + "?limit=5&labelSelector=a%3Db").statusCode()).isEqualTo(200);
      RecordedRequest last = server.requests().get(1);
      assertThat(last.protocol()).isEqualTo(expected);
      assertThat(last.method()).isEqualTo("GET");
      assertThat(last.path()).isEqualTo(SLICES);
      assertThat(last.query()).isEqualTo(Map.of("limit", "5", "labelSelector", "a=b"));
      assertThat(last.headers()).containsEntry("authorization", "Bearer " + server.token());
      server.clearRequests();
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void fiveHundredWatchesAllSeeAnEvent() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      SimulatedService web = server.cluster().service("shop", "web");
      TestClient client = TestClient.http2(server);
      List<WatchStream> watches = new ArrayList<>();
      String path = SLICES + "?watch=true&resourceVersion=" + server.cluster().resourceVersion();
      for (int i = 0; i < 500; i++) {
        watches.add(client.watch(path));
      }
      assertThat(server.openWatches()).isEqualTo(500);
      web.addPod("web-0", "127.0.0.1", "a");
      for (WatchStream watch : watches) {
        assertThat(watch.nextSummary()).startsWith("MODIFIED web-");
        watch.close();
      }
      await().until(() -> server.openWatches() == 0);
    }
  }

  @Test
  void closeEndsWatchesThreadsAndThePort() throws Exception {
    EmbeddedApiServer server = EmbeddedApiServer.start();
    try (WatchStream watch = TestClient.http2(server).watch(SLICES + "?watch=true")) {
      server.close();
      server.close();
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.BROKEN);
    }
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("testkit-")));
  }

  @Test
  void allItsThreadsAreDaemons() {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      assertThat(server.toString()).startsWith("EmbeddedApiServer https://127.0.0.1:");
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().startsWith("testkit-"))
          .isNotEmpty()
          .allMatch(Thread::isDaemon);
    }
  }

  @Test
  void optionsAreChecked() {
    EmbeddedApiServer.Builder builder = EmbeddedApiServer.builder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.historySize(0))
        .withMessage("historySize: 0 (expected: >= 1)");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.port(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.bookmarkInterval(Duration.ZERO));
  }

  @Test
  void itWaitsForAFutureVersionIfAskedTo() throws Exception {
    FakeClock clock = new FakeClock();
    try (EmbeddedApiServer server =
        EmbeddedApiServer.builder().clock(clock).futureVersionWait(Duration.ofSeconds(3)).start()) {
      TestClient client = TestClient.http2(server);
      var answer =
          java.util.concurrent.CompletableFuture.supplyAsync(
              () -> {
                try {
                  return client.get(SLICES + "?resourceVersion=999999").statusCode();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      await().until(() -> clock.pendingTasks() == 1);
      clock.advance(Duration.ofSeconds(3));
      assertThat(answer.get()).isEqualTo(504);
    }
  }
}
