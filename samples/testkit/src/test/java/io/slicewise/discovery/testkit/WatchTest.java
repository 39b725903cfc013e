package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.ALL_SLICES;
import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WatchTest {

  private final FakeClock clock = new FakeClock();
  private EmbeddedApiServer server;
  private Cluster cluster;
  private TestClient client;

  @BeforeEach
  void start() {
    server = EmbeddedApiServer.builder().clock(clock).historySize(10).start();
    cluster = server.cluster();
    client = TestClient.http2(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void put(String namespace, String name, String app) {
    String json =
        """
        {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",
         "metadata":{"name":"%s","namespace":"%s","labels":{"app":"%s"}},
         "addressType":"IPv4","endpoints":[{"addresses":["10.0.0.%d"]}]}
        """
            .formatted(name, namespace, app, Math.floorMod(app.hashCode(), 250));
    boolean known =
        cluster.list("EndpointSlice", namespace).stream()
            .anyMatch(slice -> slice.contains("\"name\":\"" + name + "\""));
    String unused = known ? cluster.replace(json) : cluster.create(json);
  }

  private String at(String event) {
    return event + "@" + cluster.resourceVersion();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void everyWriteIsAnEvent(HttpClient.Version version) throws Exception {
    TestClient versioned = TestClient.of(server, version);
    try (WatchStream watch =
        versioned.watch(SLICES + "?watch=true&resourceVersion=" + cluster.resourceVersion())) {
      assertThat(watch.response().statusCode()).isEqualTo(200);
      assertThat(watch.response().headers().firstValue("Content-Type"))
          .hasValue("application/json");
      put("shop", "a", "x");
      assertThat(watch.nextSummary()).isEqualTo(at("ADDED a"));
      put("shop", "a", "y");
      assertThat(watch.nextSummary()).isEqualTo(at("MODIFIED a"));
      put("bank", "b", "x");
      cluster.delete("EndpointSlice", "shop", "a");
      JsonNode deleted = watch.next();
      assertThat(WatchStream.summary(deleted)).isEqualTo(at("DELETED a"));
      assertThat(deleted.at("/object/metadata/labels/app").asText()).isEqualTo("y");
    }
    RecordedRequest request = server.requests().get(0);
    assertThat(request.isWatch()).isTrue();
    assertThat(request.status()).isEqualTo(200);
    assertThat(request.protocol())
        .isEqualTo(version == HttpClient.Version.HTTP_2 ? "HTTP/2.0" : "HTTP/1.1");
  }

  @Test
  void aWatchContinuesAfterItsVersion() throws Exception {
    put("shop", "a", "x");
    long seen = cluster.resourceVersion();
    put("shop", "b", "x");
    try (WatchStream watch = client.watch(SLICES + "?watch=true&resourceVersion=" + seen)) {
      assertThat(watch.nextSummary()).isEqualTo(at("ADDED b"));
    }
  }

  @Test
  void anObjectThatLeavesTheSelectionIsDeletedWithItsOldContent() throws Exception {
    put("shop", "a", "x");
    try (WatchStream watch =
        client.watch(
            SLICES
                + "?watch=true&labelSelector=app%3Dx&resourceVersion="
                + cluster.resourceVersion())) {
      put("shop", "a", "y");
      JsonNode left = watch.next();
      assertThat(WatchStream.summary(left)).isEqualTo(at("DELETED a"));
      assertThat(left.at("/object/metadata/labels/app").asText()).isEqualTo("x");
      put("shop", "a", "z");
      put("shop", "a", "x");
      assertThat(watch.nextSummary()).isEqualTo(at("ADDED a"));
    }
  }

  @Test
  void aVersionThatIsForgottenIsExpiredInsideTheStream() throws Exception {
    try (WatchStream watch = client.watch(SLICES + "?watch=true&resourceVersion=1")) {
      assertThat(watch.response().statusCode()).isEqualTo(200);
      assertThat(watch.nextLine())
          .isEqualTo(
              "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\","
                  + "\"metadata\":{},\"status\":\"Failure\",\"message\":\"too old resource version:"
                  + " 1 (1000)\",\"reason\":\"Expired\",\"code\":410}}");
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
  }

  @Test
  void historyIsBounded() throws Exception {
    put("shop", "a", "0");
    long first = cluster.resourceVersion();
    for (int i = 1; i <= 10; i++) {
      put("shop", "a", "v" + i);
    }
    try (WatchStream watch = client.watch(SLICES + "?watch=true&resourceVersion=" + first)) {
      assertThat(watch.next().path("type").asText()).isEqualTo("MODIFIED");
    }
    put("shop", "a", "v11");
    try (WatchStream watch = client.watch(SLICES + "?watch=true&resourceVersion=" + first)) {
      assertThat(watch.next().path("type").asText()).isEqualTo("ERROR");
    }
  }

  @Test
  void aVersionFromTheFutureIsAcceptedAndSilent() throws Exception {
    // The namespace, a and b: the first that is newer is c.
    long future = cluster.resourceVersion() + 3;
    try (WatchStream watch = client.watch(SLICES + "?watch=true&resourceVersion=" + future)) {
      put("shop", "a", "x");
      put("shop", "b", "x");
      put("shop", "c", "x");
      assertThat(watch.nextSummary()).startsWith("ADDED c@");
    }
  }

  @Test
  void withoutAVersionItBeginsWithWhatIsThere() throws Exception {
    put("shop", "b", "x");
    put("shop", "a", "x");
    for (String version : new String[] {"", "&resourceVersion=", "&resourceVersion=0"}) {
      try (WatchStream watch = client.watch(SLICES + "?watch=true" + version)) {
        assertThat(watch.nextSummary()).startsWith("ADDED a@");
        assertThat(watch.nextSummary()).startsWith("ADDED b@");
        put("shop", "c", "x");
        assertThat(watch.nextSummary()).startsWith("ADDED c@");
        cluster.delete("EndpointSlice", "shop", "c");
      }
    }
  }

  @Test
  void theTimeoutEndsItCleanly() throws Exception {
    try (WatchStream watch = client.watch(SLICES + "?watch=true&timeoutSeconds=300")) {
      clock.advance(Duration.ofSeconds(299));
      assertThat(server.openWatches()).isEqualTo(1);
      clock.advance(Duration.ofSeconds(1));
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
    await().until(() -> server.openWatches() == 0);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void bookmarksComeWithTheIntervalAndBeforeTheEnd() throws Exception {
    try (WatchStream watch =
        client.watch(
            SLICES
                + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=70&resourceVersion="
                + cluster.resourceVersion())) {
      put("bank", "elsewhere", "x");
      clock.advance(Duration.ofSeconds(60));
      assertThat(watch.nextLine())
          .isEqualTo(
              "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"EndpointSlice\","
                  + "\"apiVersion\":\"discovery.k8s.io/v1\",\"metadata\":{\"resourceVersion\":\""
                  + cluster.resourceVersion()
                  + "\"},\"addressType\":\"\",\"endpoints\":null,\"ports\":null}}");
      clock.advance(Duration.ofSeconds(8));
      assertThat(watch.nextSummary()).isEqualTo(at("BOOKMARK "));
      clock.advance(Duration.ofSeconds(2));
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
  }

  @Test
  void thereIsNoBookmarkOfTheVersionThatItStartedFrom() throws Exception {
    try (WatchStream watch =
        client.watch(
            SLICES
                + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=70&resourceVersion="
                + cluster.resourceVersion())) {
      clock.advance(Duration.ofSeconds(70));
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
  }

  @Test
  void withoutATimeoutItEndsWithinTheHour() throws Exception {
    try (WatchStream watch = client.watch(SLICES + "?watch=true")) {
      clock.advance(Duration.ofMinutes(29));
      assertThat(server.openWatches()).isEqualTo(1);
      clock.advance(Duration.ofMinutes(31));
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
  }

  @Test
  void oneObjectIsWatchedByItsName() throws Exception {
    try (WatchStream watch =
        client.watch(ALL_SLICES + "?watch=1&fieldSelector=metadata.name%3Db")) {
      put("shop", "a", "x");
      put("shop", "b", "x");
      assertThat(watch.nextSummary()).isEqualTo(at("ADDED b"));
    }
  }

  @Test
  void metadataAloneCanBeWatched() throws Exception {
    HttpRequest request =
        client
            .request(SLICES + "?watch=true&resourceVersion=" + cluster.resourceVersion())
            .header("Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
            .build();
    try (WatchStream watch = new WatchStream(client.stream(request))) {
      put("shop", "a", "x");
      JsonNode object = watch.next().path("object");
      assertThat(object.path("kind").asText()).isEqualTo("PartialObjectMetadata");
      assertThat(object.size()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aClientThatLeavesIsNoticed(HttpClient.Version version) throws Exception {
    HttpResponse<?> response;
    try (WatchStream watch = TestClient.of(server, version).watch(SLICES + "?watch=true")) {
      response = watch.response();
      assertThat(server.openWatches()).isEqualTo(1);
    }
    assertThat(response.statusCode()).isEqualTo(200);
    await().until(() -> server.openWatches() == 0);
  }
}
