package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.SERVICES;
import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects without their content, for clients that ask for PartialObjectMetadata. */
class MetadataTest {

  private static final String ONE =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
  private static final String MANY =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

  private final EmbeddedApiServer server = EmbeddedApiServer.start();
  private final Cluster cluster = server.cluster();
  private final TestClient client = TestClient.http2(server);
  private SimulatedService web;

  @BeforeEach
  void createService() {
    web = cluster.service("shop", "web");
    web.addPod("web-0", "127.0.0.1", "a");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> get(String path, String accept) throws Exception {
    return client.send(client.request(path).header("Accept", accept).build());
  }

  private JsonNode json(String path, String accept) throws Exception {
    HttpResponse<String> response = get(path, accept);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    return Json.parse(response.body());
  }

  private WatchStream watch(String path) throws Exception {
    return new WatchStream(client.stream(client.request(path).header("Accept", ONE).build()));
  }

  private static void assertPartial(JsonNode object) {
    List<String> fields = new ArrayList<>();
    object.fieldNames().forEachRemaining(fields::add);
    assertThat(fields).containsExactly("kind", "apiVersion", "metadata");
    assertThat(object.path("kind").asText()).isEqualTo("PartialObjectMetadata");
    assertThat(object.path("apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
  }

  @Test
  void aListIsOneOfPartialObjects() throws Exception {
    JsonNode list = json(SLICES, MANY);
    JsonNode full = client.json(SLICES);

    assertThat(list.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
    assertThat(list.path("apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
    assertThat(list.path("metadata")).isEqualTo(full.path("metadata"));
    assertThat(list.path("items")).hasSize(1);
    assertPartial(list.at("/items/0"));
    assertThat(list.at("/items/0/metadata")).isEqualTo(full.at("/items/0/metadata"));
    assertThat(list.at("/items/0/metadata/labels/kubernetes.io~1service-name").asText())
        .isEqualTo("web");
  }

  @Test
  void aListIsPagedAndSelectedAsAnyOther() throws Exception {
    cluster.service("shop", "api");

    JsonNode first = json(SLICES + "?limit=1", MANY);
    String token = first.at("/metadata/continue").asText();
    JsonNode second = json(SLICES + "?limit=1&continue=" + token, MANY);
    JsonNode selected = json(SLICES + "?labelSelector=kubernetes.io/service-name%3Dapi", MANY);

    assertThat(first.at("/items/0/metadata/generateName").asText()).isEqualTo("api-");
    assertThat(second.at("/items/0/metadata/generateName").asText()).isEqualTo("web-");
    assertThat(selected.path("items")).hasSize(1);
  }

  @Test
  void oneObjectIsPartialToo() throws Exception {
    JsonNode service = json(SERVICES + "/web", ONE);

    assertPartial(service);
    assertThat(service.path("metadata")).isEqualTo(client.json(SERVICES + "/web").path("metadata"));
  }

  @Test
  void aWatchTellsOfEveryChangeUpToTheDeletion() throws Exception {
    try (WatchStream watch =
        watch(SLICES + "?watch=true&resourceVersion=" + cluster.resourceVersion())) {
      web.addPod("web-1", "127.0.0.2", "a");
      JsonNode modified = watch.next();
      web.delete();
      JsonNode deleted = watch.next();

      assertThat(modified.path("type").asText()).isEqualTo("MODIFIED");
      assertPartial(modified.path("object"));
      assertThat(deleted.path("type").asText()).isEqualTo("DELETED");
      assertPartial(deleted.path("object"));
      assertThat(WatchStream.summary(deleted)).endsWith("@" + cluster.resourceVersion());
    }
  }

  @Test
  void aWatchListEndsWithAPartialBookmark() throws Exception {
    String path =
        SLICES
            + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            + "&allowWatchBookmarks=true";
    try (WatchStream watch = watch(path)) {
      JsonNode added = watch.next();
      JsonNode end = watch.next();

      assertPartial(added.path("object"));
      assertThat(end.path("type").asText()).isEqualTo("BOOKMARK");
      assertPartial(end.path("object"));
      assertThat(end.at("/object/metadata/annotations/k8s.io~1initial-events-end").asText())
          .isEqualTo("true");
    }
  }

  @Test
  void aPartialAndAWholeWatchOfOneEventDoNotMix() throws Exception {
    String path = SLICES + "?watch=true&resourceVersion=" + cluster.resourceVersion();
    try (WatchStream partial = watch(path);
        WatchStream whole = client.watch(path)) {
      web.addPod("web-1", "127.0.0.2", "a");

      assertThat(whole.next().path("object").path("endpoints")).hasSize(2);
      assertPartial(partial.next().path("object"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|EndpointSliceList",
        "*/*|EndpointSliceList",
        "application/*;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1|PartialObjectMetadataList",
        "application/json;as=Table;g=meta.k8s.io;v=v1, application/json|EndpointSliceList",
        "application/json;as=PartialObjectMetadataList;g=other;v=v1,*/*|EndpointSliceList",
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1;q=0.5,application/json"
            + "|EndpointSliceList",
        "application/json;q=0.5,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            + "|PartialObjectMetadataList",
        "*/*,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            + "|PartialObjectMetadataList",
        "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
            + "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
            + "|PartialObjectMetadataList"
      })
  void theBestFormThatIsKnownWins(String accept, String kind) throws Exception {
    assertThat(json(SLICES, accept).path("kind").asText()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json;as=Table;g=meta.k8s.io;v=v1|only the following media types are accepted",
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v9|only the following",
        "application/json;q=0|only the following media types are accepted",
        ONE + "|you requested PartialObjectMetadata, but the requested object is a list"
      })
  void whatIsNotKnownIsNotAcceptable(String accept, String message) throws Exception {
    HttpResponse<String> response = get(SLICES, accept);

    assertThat(response.statusCode()).isEqualTo(406);
    JsonNode status = Json.parse(response.body());
    assertThat(status.path("reason").asText()).isEqualTo("NotAcceptable");
    assertThat(status.path("message").asText()).startsWith(message);
  }

  @Test
  void oneObjectIsNoList() throws Exception {
    assertThat(get(SERVICES + "/web", MANY).statusCode()).isEqualTo(406);
    assertThat(get(SLICES + "?watch=true", MANY).statusCode()).isEqualTo(406);
  }
}
