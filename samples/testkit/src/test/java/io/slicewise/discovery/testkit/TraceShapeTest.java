package io.slicewise.discovery.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers have the keys, their order and the types that the real server's have. */
class TraceShapeTest {

  private final Trace errors = Trace.read("errors");
  private EmbeddedApiServer server;
  private Cluster cluster;
  private TestClient client;

  @BeforeEach
  void start() {
    server = EmbeddedApiServer.builder().user("reader").start();
    cluster = server.cluster();
    client = TestClient.http1(server);
    for (String name : List.of("a", "p0", "p1", "p2")) {
      cluster.service("errs", name).port("grpc", 80, 8080).addPod(name + "-0", "10.1.0.1", "us-a");
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void assertSameAnswer(String stream, HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(errors.status(stream));
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(Shape.of(Json.parse(response.body())))
        .isEqualTo(Shape.of(Json.parse(errors.body(stream))));
    assertThat(response.body()).endsWith("}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"future-list", "no-namespace", "page-1", "page-malformed", "bad-rv", "service"})
  void theSameRequestHasTheSameAnswer(String stream) throws Exception {
    assertSameAnswer(stream, client.get(errors.path(stream)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"page-malformed", "bad-rv", "401", "403", "403-watch"})
  void problemsAreWordedTheSame(String stream) throws Exception {
    TestClient caller = stream.equals("401") ? client.withToken("") : client;
    if (stream.startsWith("403")) {
      server.faults().forbid("*", "*", null);
    }
    HttpResponse<String> response = caller.get(errors.path(stream));
    assertThat(response.statusCode()).isEqualTo(errors.status(stream));
    assertThat(response.body()).isEqualTo(errors.body(stream));
  }

  @Test
  void theTokenOfAPageReadsTheSame() throws Exception {
    String real = Json.parse(errors.body("page-1")).at("/metadata/continue").asText();
    assertThat(ContinueToken.decode(real)).isEqualTo(new ContinueToken(1029, "/a-psq74"));
    assertThat(new ContinueToken(1029, "/a-psq74").encode()).isEqualTo(real);
  }

  @Test
  void metadataAloneLooksTheSame() throws Exception {
    HttpRequest request =
        client
            .request(errors.path("metadata-only"))
            .header("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
            .build();
    assertSameAnswer("metadata-only", client.send(request));
  }

  @Test
  void anExpiredWatchLooksTheSame() throws Exception {
    try (WatchStream watch = client.watch(errors.path("old-rv"))) {
      assertThat(Shape.of(watch.next())).isEqualTo(Shape.of(errors.events("old-rv").get(0)));
      assertThat(watch.nextSummary()).isEqualTo(WatchStream.END);
    }
  }

  @Test
  void anExpiredListLooksTheSame() throws Exception {
    Trace restart = Trace.read("restart");
    HttpResponse<String> response =
        client.get(TestClient.SLICES + "?resourceVersion=1&resourceVersionMatch=Exact&limit=1");
    assertThat(restart.entries())
        .filteredOn(entry -> entry.path("body").asText().contains("\"code\":410"))
        .singleElement()
        .satisfies(entry -> assertThat(response.body()).isEqualTo(entry.path("body").asText()));
    assertThat(response.statusCode()).isEqualTo(410);
  }

  @Test
  void aWatchListLooksTheSame() throws Exception {
    Trace trace = Trace.read("watchlist");
    List<JsonNode> real = trace.events("watchlist");
    SimulatedService cart = cluster.service("wl", "cart");
    for (int i = 0; i < 5; i++) {
      SimulatedPod unused = cart.addPod("cart-" + i, "10.1.0." + i, "us-a");
    }
    try (WatchStream watch = client.watch(trace.path("watchlist"))) {
      assertThat(Shape.of(watch.next())).isEqualTo(Shape.of(real.get(0)));
      assertThat(Shape.of(watch.next())).isEqualTo(Shape.of(real.get(3)));
      cart.pod("cart-3").ready(false);
      assertThat(Shape.of(watch.next())).isEqualTo(Shape.of(real.get(4)));
    }
    assertThat(Shape.of(bookmark(Resource.ENDPOINT_SLICES, false)))
        .isEqualTo(Shape.of(real.get(real.size() - 1)));
  }

  private static JsonNode bookmark(Resource resource, boolean end) {
    return Json.object()
        .put("type", "BOOKMARK")
        .set("object", Representation.FULL.bookmark(resource, 7, end));
  }

  @Test
  void theEndOfAWatchListOfNodesLooksTheSame() {
    String[] lines = errors.body("nodes-watch").split("\n");
    assertThat(Shape.of(bookmark(Resource.NODES, true)))
        .isEqualTo(Shape.of(Json.parse(lines[lines.length - 1])));
  }

  /** Written by hand and read back: defaults, nulls and order are the server's. */
  @Test
  void handWrittenSlicesLookTheSame() {
    for (JsonNode event : Trace.read("shapes").events("watch")) {
      JsonNode real = event.path("object");
      if (!event.path("type").asText().equals("ADDED")
          || !real.at("/metadata/managedFields/0/manager").asText().equals("unknown")) {
        continue;
      }
      ObjectNode sent = real.deepCopy();
      if (real.path("ports").isNull()) {
        // It was sent as an empty list, as the owned field shows.
        sent.putArray("ports");
      }
      JsonNode stored = Json.parse(cluster.create(sent.toString()));
      assertThat(Shape.of(stored)).isEqualTo(Shape.of(real));
      assertThat(stored.path("endpoints")).isEqualTo(real.path("endpoints"));
      assertThat(stored.path("ports")).isEqualTo(real.path("ports"));
    }
  }

  @Test
  void slicesOfEachKindOfServiceLookTheSame() {
    List<JsonNode> real = Trace.read("shapes").events("watch");
    cluster.create(
        """
        {"kind":"Service","apiVersion":"v1","metadata":{"name":"db","namespace":"shapes"},
         "spec":{"clusterIP":"None","selector":{"app":"db"},"ports":[{"name":"cql","port":9042}]}}
        """);
    assertSliceLike(real, "db", "ADDED");
    SimulatedService db = cluster.service("shapes", "db");
    db.batch(
        () -> {
          SimulatedPod unused = db.addPod("db-0", "10.6.0.1", "a").hostname("db-0");
        });
    assertSliceLike(real, "db", "MODIFIED");
    cluster.service("shapes", "unnamed");
    assertSliceLike(real, "unnamed", "ADDED");
    cluster.service("shapes", "unnamed").port("", 8080);
    cluster.service("shapes", "unnamed").addPod("unnamed-0", "10.5.0.1", "a");
    assertSliceLike(real, "unnamed", "MODIFIED");
  }

  private void assertSliceLike(List<JsonNode> events, String service, String type) {
    assertThat(Shape.of(sliceOf(service)))
        .isEqualTo(Shape.of(first(events, service, type).path("object")));
  }

  private JsonNode sliceOf(String service) {
    return cluster.list("EndpointSlice", "shapes").stream()
        .map(Json::parse)
        .filter(slice -> slice.at("/metadata/generateName").asText().equals(service + "-"))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode first(List<JsonNode> events, String service, String type) {
    return events.stream()
        .filter(event -> event.path("type").asText().equals(type))
        .filter(event -> event.at("/object/metadata/generateName").asText().equals(service + "-"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void hintsLookTheSame() {
    List<JsonNode> real = Trace.read("hints").events("watch");
    cluster
        .service("shapes", "node")
        .trafficDistribution("PreferSameNode")
        .addPod("node-0", "10.21.0.1", "a");
    assertSliceLike(real, "node", "MODIFIED");
    cluster
        .service("shapes", "near")
        .trafficDistribution("PreferSameZone")
        .addPod("near-0", "10.20.0.1", "a");
    assertSliceLike(real, "near", "MODIFIED");
  }
}
