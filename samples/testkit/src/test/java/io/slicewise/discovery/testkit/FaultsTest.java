package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultsTest {

  private static final String WATCH_LIST =
      SLICES
          + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
          + "&allowWatchBookmarks=true";

  private final FakeClock clock = new FakeClock();
  private EmbeddedApiServer server;
  private Faults faults;
  private SimulatedPod pod;
  private TestClient client;

  @BeforeEach
  void start() {
    server = EmbeddedApiServer.builder().clock(clock).start();
    faults = server.faults();
    pod = server.cluster().service("shop", "web").addPod("web-0", "127.0.0.1", "a");
    client = TestClient.http2(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private WatchStream watch(TestClient by) throws Exception {
    return by.watch(SLICES + "?watch=true&resourceVersion=" + server.cluster().resourceVersion());
  }

  private int status() throws Exception {
    return client.get(SLICES).statusCode();
  }

  @Test
  void aClosedPortRefusesAndOpensAgain() throws Exception {
    try (WatchStream watch = watch(client)) {
      faults.refuse();
      assertThatThrownBy(() -> TestClient.http2(server).get(SLICES))
          .isInstanceOf(ConnectException.class);
      pod.ready(false);
      assertThat(watch.nextSummary()).startsWith("MODIFIED ");
    }
    faults.accept();
    assertThat(TestClient.http2(server).get(SLICES).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aKilledServerComesBackOnItsPortWithItsState(HttpClient.Version version) throws Exception {
    TestClient versioned = TestClient.of(server, version);
    long seen = server.cluster().resourceVersion();
    String uri = server.uri().toString();
    try (WatchStream watch = watch(versioned)) {
      server.kill();
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.BROKEN);
    }
    assertThat(server.openWatches()).isZero();
    assertThatThrownBy(() -> versioned.get(SLICES)).isInstanceOf(IOException.class);
    pod.ready(false);
    server.restart();
    assertThat(server.uri()).hasToString(uri);
    try (WatchStream watch = versioned.watch(SLICES + "?watch=true&resourceVersion=" + seen)) {
      assertThat(watch.nextSummary()).startsWith("MODIFIED web-");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void cutConnectionsAreGone(HttpClient.Version version) throws Exception {
    TestClient versioned = TestClient.of(server, version);
    try (WatchStream watch = watch(versioned)) {
      assertThat(server.openConnections()).isEqualTo(1);
      faults.cutConnections();
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.BROKEN);
    }
    await().until(() -> server.openConnections() == 0);
    assertThat(versioned.get(SLICES).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void anAbandonedConnectionIsSilentForGoodAndNewOnesAreServed(HttpClient.Version version)
      throws Exception {
    TestClient former = TestClient.of(server, version);
    try (WatchStream watch = watch(former)) {
      faults.abandonConnections();
      faults.clear();
      pod.ready(false);
      TestClient next = TestClient.of(server, version);
      assertThat(next.get(SLICES).statusCode()).isEqualTo(200);
      assertThat(server.openConnections()).isEqualTo(2);
      assertThat(watch.isQuiet()).isTrue();

      faults.cutConnections();
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.BROKEN);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aFrozenServerTakesRequestsAndSendsNothing(HttpClient.Version version) throws Exception {
    TestClient versioned = TestClient.of(server, version);
    try (WatchStream watch = watch(versioned)) {
      faults.freeze();
      server.clearRequests();
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      Future<?> unused =
          answer.completeAsync(
              () -> {
                try {
                  return versioned.get(SLICES).statusCode();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      pod.ready(false);
      if (version == HttpClient.Version.HTTP_2) {
        // On the open connection it arrives; a new one would not get through its handshake.
        await().until(() -> server.requests().size() == 1);
      }
      assertThat(answer).isNotDone();
      assertThat(watch.isQuiet()).isTrue();
      faults.unfreeze();
      assertThat(watch.nextSummary()).startsWith("MODIFIED ");
      assertThat(answer.get()).isEqualTo(200);
    }
  }

  @Test
  void throttlingCountsAndSaysWhenToComeBack() throws Exception {
    faults.throttle(1, Duration.ofMillis(1500));
    faults.throttlePlainText(1, Duration.ofSeconds(7));
    HttpResponse<String> json = client.get(SLICES);
    assertThat(json.statusCode()).isEqualTo(429);
    assertThat(json.headers().firstValue("Retry-After")).hasValue("2");
    assertThat(Json.parse(json.body()).path("reason").asText()).isEqualTo("TooManyRequests");
    HttpResponse<String> text = client.get(SLICES);
    assertThat(text.statusCode()).isEqualTo(429);
    assertThat(text.headers().firstValue("Retry-After")).hasValue("7");
    assertThat(text.body()).isEqualTo("Too many requests, please try again later.\n");
    assertThat(status()).isEqualTo(200);
  }

  @Test
  void aFaultMayBeForOneVerbAndForEver() throws Exception {
    faults.fail(Faults.ALWAYS, 503, null, "watch");
    faults.fail(1, 500, null);
    assertThat(status()).isEqualTo(500);
    assertThat(status()).isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      assertThat(client.get(SLICES + "?watch=true").statusCode()).isEqualTo(503);
    }
    assertThat(server.requests()).extracting(RecordedRequest::status).contains(500, 200, 503);
    faults.clear();
    try (WatchStream watch = watch(client)) {
      assertThat(watch.response().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void afterACompactionTheHistoryIsGone() throws Exception {
    long seen = server.cluster().resourceVersion();
    faults.compact();
    try (WatchStream watch = client.watch(SLICES + "?watch=true&resourceVersion=" + seen)) {
      assertThat(watch.next().at("/object/code").asInt()).isEqualTo(410);
    }
  }

  @Test
  void anEventIsDroppedOrRepeated() throws Exception {
    try (WatchStream watch = watch(client)) {
      faults.dropNextEvent();
      pod.ready(false);
      pod.ready(true);
      String seen = watch.nextSummary();
      assertThat(seen).endsWith("@" + server.cluster().resourceVersion());
      faults.repeatLastEvent();
      assertThat(watch.nextSummary()).isEqualTo(seen);
    }
  }

  @Test
  void linesAreMadeUpOrSpoilt() throws Exception {
    try (WatchStream watch = watch(client)) {
      faults.sendLine("{\"type\":\"SURPRISE\"}");
      assertThat(watch.nextLine()).isEqualTo("{\"type\":\"SURPRISE\"}");
      faults.garbleNextLine();
      pod.ready(false);
      assertThat(watch.nextLine()).contains("#\"#\"#");
      pod.ready(true);
      assertThat(watch.nextSummary()).startsWith("MODIFIED ");
    }
  }

  @Test
  void rubbishBetweenTwoStringsIsNoLongerString() throws Exception {
    String line = "{\"uid\":\"" + "a".repeat(100) + "\",\"node\":\"" + "b".repeat(100) + "\"}";
    try (WatchStream watch = watch(client)) {
      faults.garbleNextLine();
      faults.sendLine(line);
      String spoilt = watch.nextLine();
      assertThat(spoilt).hasSameSizeAs(line).isNotEqualTo(line);
      assertThatThrownBy(() -> new ObjectMapper().readTree(spoilt))
          .isInstanceOf(JsonProcessingException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aTruncatedLineIsTheLast(HttpClient.Version version) throws Exception {
    try (WatchStream watch = watch(TestClient.of(server, version))) {
      faults.truncateNextLine();
      pod.ready(false);
      String first = watch.nextLine();
      // The half of a line may or may not be seen before the break.
      assertThat(first.equals(WatchStream.BROKEN) || !first.endsWith("}}")).isTrue();
      await().until(() -> server.openWatches() == 0);
    }
    assertThat(TestClient.of(server, version).get(SLICES).statusCode()).isEqualTo(200);
  }

  @Test
  void answersAndEventsWait() throws Exception {
    faults.delayResponses(Duration.ofSeconds(5));
    CompletableFuture<Integer> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return status();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> clock.pendingTasks() == 1);
    assertThat(answer).isNotDone();
    clock.advance(Duration.ofSeconds(5));
    assertThat(answer.get()).isEqualTo(200);
    faults.delayResponses(Duration.ZERO);

    try (WatchStream watch = watch(client)) {
      faults.delayEvents(Duration.ofSeconds(3));
      pod.ready(false);
      String first = "@" + server.cluster().resourceVersion();
      faults.delayEvents(Duration.ZERO);
      pod.ready(true);
      clock.advance(Duration.ofSeconds(3));
      assertThat(watch.nextSummary()).endsWith(first);
      assertThat(watch.nextSummary()).endsWith("@" + server.cluster().resourceVersion());
    }
  }

  @Test
  void watchesEndCleanlyNowOrAtOnce() throws Exception {
    try (WatchStream watch = watch(client)) {
      faults.closeWatches();
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
    faults.closeWatchesAtOnce(1);
    try (WatchStream watch = client.watch(SLICES + "?watch=true")) {
      assertThat(watch.response().statusCode()).isEqualTo(200);
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
    try (WatchStream watch = client.watch(SLICES + "?watch=true")) {
      assertThat(watch.nextSummary()).startsWith("ADDED ");
    }
  }

  @Test
  void aWatchListEndsBeforeItIsComplete() throws Exception {
    faults.cutWatchListBeforeEnd(1);
    try (WatchStream watch = client.watch(WATCH_LIST)) {
      assertThat(watch.nextSummary()).startsWith("ADDED ");
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
    try (WatchStream watch = client.watch(WATCH_LIST)) {
      assertThat(watch.nextSummary()).startsWith("ADDED ");
      assertThat(watch.nextSummary()).startsWith("BOOKMARK ");
    }
  }

  @Test
  void clearDisarmsEverything() throws Exception {
    try (WatchStream watch = watch(client)) {
      faults.refuse();
      faults.freeze();
      faults.forbid("*", "*", null);
      faults.throttle(Faults.ALWAYS, Duration.ofSeconds(1));
      faults.delayEvents(Duration.ofSeconds(1));
      faults.delayResponses(Duration.ofSeconds(1));
      faults.closeWatchesAtOnce(Faults.ALWAYS);
      faults.cutWatchListBeforeEnd(Faults.ALWAYS);
      faults.dropNextEvent();
      faults.garbleNextLine();
      faults.truncateNextLine();
      faults.clear();
      pod.ready(false);
      assertThat(watch.nextSummary()).startsWith("MODIFIED ");
      assertThat(TestClient.http2(server).get(SLICES).statusCode()).isEqualTo(200);
      try (WatchStream second = client.watch(WATCH_LIST)) {
        assertThat(second.nextSummary()).startsWith("ADDED ");
        assertThat(second.nextSummary()).startsWith("BOOKMARK ");
      }
    }
  }
}
