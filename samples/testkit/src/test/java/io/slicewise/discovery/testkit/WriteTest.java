package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.SERVICES;
import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ApiServerExtension.class)
class WriteTest {

  private static final String SLICE =
      """
      {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",
       "metadata":{"generateName":"hand-","labels":{"kubernetes.io/service-name":"hand"}},
       "addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"]}],"ports":[{"port":80}]}
      """;
  private static final String SERVICE =
      """
      {"kind":"Service","apiVersion":"v1","metadata":{"name":"web"},
       "spec":{"ports":[{"port":80}]}}
      """;

  private Cluster cluster;
  private TestClient client;

  @BeforeEach
  void start(EmbeddedApiServer server) throws Exception {
    cluster = server.cluster();
    client = TestClient.http2(server);
    HttpResponse<String> namespace =
        client.send(
            "POST",
            "/api/v1/namespaces",
            "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"shop\"}}");
    assertThat(namespace.statusCode()).isEqualTo(201);
  }

  private JsonNode create(String path, String json) throws Exception {
    HttpResponse<String> response = client.send("POST", path, json);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    return Json.parse(response.body());
  }

  @Test
  void whatIsLeftOutIsFilledIn() throws Exception {
    JsonNode slice = create(SLICES, SLICE);
    assertThat(slice.at("/metadata/name").asText())
        .matches("hand-[bcdfghjklmnpqrstvwxz2456789]{5}");
    assertThat(slice.at("/metadata/uid").asText()).hasSize(36);
    assertThat(slice.at("/metadata/generation").asInt()).isEqualTo(1);
    assertThat(slice.at("/metadata/resourceVersion").asLong()).isEqualTo(cluster.resourceVersion());
    assertThat(slice.at("/endpoints/0/conditions").toString()).isEqualTo("{}");
    assertThat(slice.at("/ports/0").toString())
        .isEqualTo("{\"name\":\"\",\"protocol\":\"TCP\",\"port\":80}");
  }

  @Test
  void whatNoTypeKnowsIsKept() throws Exception {
    String unknown = SLICE.replace("\"addresses\":", "\"weight\":7,\"addresses\":");
    assertThat(create(SLICES, unknown).at("/endpoints/0/weight").asInt()).isEqualTo(7);
  }

  @Test
  void onlyContentCountsAsAGeneration() throws Exception {
    ObjectNode slice = (ObjectNode) create(SLICES, SLICE);
    String path = SLICES + "/" + slice.at("/metadata/name").asText();
    String relabel = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
    JsonNode relabelled =
        Json.parse(client.send("PATCH", path, relabel, "application/merge-patch+json").body());
    assertThat(relabelled.at("/metadata/generation").asInt()).isEqualTo(1);
    assertThat(relabelled.at("/metadata/labels/a").asText()).isEqualTo("b");
    JsonNode changed =
        Json.parse(
            client
                .send("PATCH", path, "{\"endpoints\":null}", "application/merge-patch+json")
                .body());
    assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
    assertThat(changed.path("endpoints").isNull()).isTrue();
  }

  @Test
  void toChangeNothingIsNoWrite() throws Exception {
    JsonNode service = create(SERVICES, SERVICE);
    long version = cluster.resourceVersion();
    HttpResponse<String> response = client.send("PUT", SERVICES + "/web", service.toString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(cluster.resourceVersion()).isEqualTo(version);
  }

  @Test
  void anOldVersionConflicts() throws Exception {
    ObjectNode service = (ObjectNode) create(SERVICES, SERVICE);
    ((ObjectNode) service.at("/spec")).put("sessionAffinity", "ClientIP");
    assertThat(client.send("PUT", SERVICES + "/web", service.toString()).statusCode())
        .isEqualTo(200);
    ((ObjectNode) service.at("/spec")).put("sessionAffinity", "None");
    HttpResponse<String> response = client.send("PUT", SERVICES + "/web", service.toString());
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.body()).contains("\"reason\":\"Conflict\"");
  }

  @Test
  void aNameIsTakenOnce() throws Exception {
    create(SERVICES, SERVICE);
    HttpResponse<String> response = client.send("POST", SERVICES, SERVICE);
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.body()).contains("services \\\"web\\\" already exists");
  }

  @Test
  void aJsonPatchIsApplied() throws Exception {
    create(SERVICES, SERVICE);
    String patch =
        """
        [{"op":"test","path":"/spec/type","value":"ClusterIP"},
         {"op":"add","path":"/metadata/labels","value":{"a/b":"c"}},
         {"op":"replace","path":"/spec/ports/0/port","value":81},
         {"op":"remove","path":"/spec/internalTrafficPolicy"}]
        """;
    JsonNode patched =
        Json.parse(
            client.send("PATCH", SERVICES + "/web", patch, "application/json-patch+json").body());
    assertThat(patched.at("/metadata/labels/a~1b").asText()).isEqualTo("c");
    assertThat(patched.at("/spec/ports/0/port").asInt()).isEqualTo(81);
    assertThat(
            client
                .send("PATCH", SERVICES + "/web", patch, "application/apply-patch+yaml")
                .statusCode())
        .isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"addressType\":null}",
        "{\"addressType\":\"Other\"}",
        "{\"addressType\":\"IPv6\"}",
        "{\"metadata\":{\"generateName\":null}}",
        "{\"metadata\":{\"name\":\"Not-A-Name\"}}",
        "{\"endpoints\":[{\"addresses\":[]}]}",
        "{\"endpoints\":[{\"addresses\":[\"localhost\"]}]}",
        "{\"ports\":[{\"port\":1},{\"port\":2}]}"
      })
  void anInvalidSliceIsRefused(String change) throws Exception {
    String json = Patch.merge(Json.parse(SLICE), Json.parse(change)).toString();
    HttpResponse<String> response = client.send("POST", SLICES, json);
    assertThat(response.statusCode()).isEqualTo(422);
    JsonNode status = Json.parse(response.body());
    assertThat(status.path("reason").asText()).isEqualTo("Invalid");
    assertThat(status.at("/details/kind").asText()).isEqualTo("EndpointSlice");
    assertThat(status.at("/details/causes/0/field").asText()).isNotEmpty();
  }

  @Test
  void theAddressTypeStays() throws Exception {
    String name = create(SLICES, SLICE).at("/metadata/name").asText();
    assertThat(
            client
                .send(
                    "PATCH",
                    SLICES + "/" + name,
                    "{\"addressType\":\"FQDN\"}",
                    "application/merge-patch+json")
                .statusCode())
        .isEqualTo(422);
  }

  @Test
  void aDeletionTellsWhatWasDeleted() throws Exception {
    JsonNode service = create(SERVICES, SERVICE);
    HttpResponse<String> response = client.send("DELETE", SERVICES + "/web", "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\","
                + "\"details\":{\"name\":\"web\",\"kind\":\"services\",\"uid\":\""
                + service.at("/metadata/uid").asText()
                + "\"}}\n");
    assertThat(client.send("DELETE", SERVICES + "/web", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aCollectionIsDeletedBySelector() throws Exception {
    create(SLICES, SLICE);
    create(SLICES, SLICE.replace(":\"hand\"", ":\"other\""));
    HttpResponse<String> response =
        client.send("DELETE", SLICES + "?labelSelector=kubernetes.io%2Fservice-name%3Dhand", "");
    assertThat(ListTest.names(Json.parse(response.body()))).hasSize(1);
    assertThat(cluster.list("EndpointSlice", "shop")).hasSize(1);
  }

  @Test
  void aNamespaceTakesAllWithIt() throws Exception {
    create(SLICES, SLICE);
    create(SERVICES, SERVICE);
    assertThat(client.send("DELETE", "/api/v1/namespaces/shop", "").statusCode()).isEqualTo(200);
    assertThat(cluster.list("EndpointSlice", null)).isEmpty();
    assertThat(cluster.list("Service", null)).isEmpty();
    assertThat(client.send("POST", SERVICES, SERVICE).statusCode()).isEqualTo(404);
  }

  @Test
  void anotherKindOrNameIsRefused() throws Exception {
    assertThat(client.send("POST", SLICES, SERVICE).statusCode()).isEqualTo(400);
    assertThat(client.send("POST", SLICES, "[]").statusCode()).isEqualTo(400);
    create(SERVICES, SERVICE);
    assertThat(client.send("PUT", SERVICES + "/other", SERVICE).statusCode()).isEqualTo(400);
  }

  @Test
  void theClusterRefusesWhatTheApiRefuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cluster.create(SLICE.replace("\"IPv4\"", "\"Other\"")))
        .withMessageContaining("addressType: Unsupported value: \"Other\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cluster.list("Pod", null))
        .withMessage("kind: Pod (expected: EndpointSlice, Service, Endpoints, Node or Namespace)");
    assertThat(cluster.delete("Node", null, "nosuch")).isFalse();
  }

  @Test
  void theSameSeedGivesTheSameNames() {
    String first;
    String second;
    try (EmbeddedApiServer a = EmbeddedApiServer.builder().clock(new FakeClock()).start();
        EmbeddedApiServer b = EmbeddedApiServer.builder().clock(new FakeClock()).start()) {
      first = a.cluster().create(SLICE);
      second = b.cluster().create(SLICE);
    }
    assertThat(first).isEqualTo(second);
  }
}
