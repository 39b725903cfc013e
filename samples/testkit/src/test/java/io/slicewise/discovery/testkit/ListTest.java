package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.ALL_SLICES;
import static io.slicewise.discovery.testkit.TestClient.SERVICES;
import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ApiServerExtension.class)
class ListTest {

  private Cluster cluster;
  private TestClient client;

  @BeforeEach
  void start(EmbeddedApiServer server) {
    cluster = server.cluster();
    client = TestClient.http2(server);
  }

  private void slice(String namespace, String name, String labels) {
    cluster.create(
        """
        {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",
         "metadata":{"name":"%s","namespace":"%s","labels":{%s}},"addressType":"IPv4"}
        """
            .formatted(name, namespace, labels));
  }

  static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.path("items").forEach(item -> names.add(item.path("metadata").path("name").asText()));
    return names;
  }

  @Test
  void itemsHaveNoKindAndTheListHasTheVersionOfTheStore() throws Exception {
    slice("shop", "a", "");
    JsonNode list = client.json(SLICES);
    assertThat(list.path("kind").asText()).isEqualTo("EndpointSliceList");
    assertThat(list.path("metadata").path("resourceVersion").asLong())
        .isEqualTo(cluster.resourceVersion());
    assertThat(list.path("items").path(0).has("kind")).isFalse();
  }

  @Test
  void aNamespaceThatIsNotThereIsAnEmptyList() throws Exception {
    assertThat(client.json(SLICES).path("items").isEmpty()).isTrue();
  }

  @Test
  void allNamespacesAreListedByNamespaceAndName() throws Exception {
    slice("shop", "b", "");
    slice("bank", "c", "");
    slice("shop", "a", "");
    assertThat(names(client.json(ALL_SLICES))).containsExactly("c", "a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tier=front                 | a
          tier==front                | a
          tier!=front                | b c
          tier in (front,back)       | a b
          tier notin (front,back)    | c
          tier                       | a b
          !tier                      | c
          tier,tier!=back            | a
          tier in (front,back),x=1   | b
          """)
  void labelSelectorsSelect(String selector, String expected) throws Exception {
    slice("shop", "a", "\"tier\":\"front\"");
    slice("shop", "b", "\"tier\":\"back\",\"x\":\"1\"");
    slice("shop", "c", "");
    String encoded = java.net.URLEncoder.encode(selector, java.nio.charset.StandardCharsets.UTF_8);
    assertThat(String.join(" ", names(client.json(SLICES + "?labelSelector=" + encoded))))
        .isEqualTo(expected);
  }

  @Test
  void aFieldSelectorSelectsByName() throws Exception {
    slice("shop", "a", "");
    slice("shop", "b", "");
    assertThat(names(client.json(SLICES + "?fieldSelector=metadata.name%3Db")))
        .containsExactly("b");
    assertThat(client.get(SLICES + "?fieldSelector=spec.x%3Db").statusCode()).isEqualTo(400);
  }

  @Test
  void pagesShowOneMomentWhateverIsWrittenMeanwhile() throws Exception {
    for (String name : List.of("a", "b", "c", "d")) {
      slice("shop", name, "");
    }
    JsonNode first = client.json(SLICES + "?limit=2");
    assertThat(names(first)).containsExactly("a", "b");
    assertThat(first.path("metadata").path("remainingItemCount").asInt()).isEqualTo(2);

    cluster.delete("EndpointSlice", "shop", "c");
    slice("shop", "aa", "");
    slice("shop", "z", "");

    String token = first.path("metadata").path("continue").asText();
    JsonNode second = client.json(SLICES + "?limit=2&continue=" + token);
    assertThat(names(second)).containsExactly("c", "d");
    assertThat(second.path("metadata").path("resourceVersion"))
        .isEqualTo(first.path("metadata").path("resourceVersion"));
    assertThat(second.path("metadata").has("continue")).isFalse();
  }

  @Test
  void pagesGoThroughAllNamespaces() throws Exception {
    slice("bank", "z", "");
    slice("shop", "a", "");
    JsonNode first = client.json(ALL_SLICES + "?limit=1");
    String token = first.path("metadata").path("continue").asText();
    assertThat(names(client.json(ALL_SLICES + "?limit=1&continue=" + token))).containsExactly("a");
  }

  @Test
  void aContinueTokenExpiresAndOffersAnInconsistentRest(Faults faults) throws Exception {
    slice("shop", "a", "");
    slice("shop", "b", "");
    String token = client.json(SLICES + "?limit=1").path("metadata").path("continue").asText();
    faults.compact();
    HttpResponse<String> expired = client.get(SLICES + "?limit=1&continue=" + token);
    assertThat(expired.statusCode()).isEqualTo(410);
    JsonNode status = Json.parse(expired.body());
    assertThat(status.path("reason").asText()).isEqualTo("Expired");
    String fresh = status.path("metadata").path("continue").asText();
    assertThat(names(client.json(SLICES + "?limit=1&continue=" + fresh))).containsExactly("b");
  }

  @Test
  void aVersionFromTheFutureIsTooLarge() throws Exception {
    HttpResponse<String> response =
        client.get(SLICES + "?resourceVersion=999999999&resourceVersionMatch=NotOlderThan");
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(Json.parse(response.body()).at("/details/causes/0/reason").asText())
        .isEqualTo("ResourceVersionTooLarge");
  }

  @Test
  void anExactVersionIsTheStateAtThatTime(Faults faults) throws Exception {
    slice("shop", "a", "");
    long then = cluster.resourceVersion();
    slice("shop", "b", "");
    String exact = SLICES + "?resourceVersionMatch=Exact&resourceVersion=" + then;
    assertThat(names(client.json(exact))).containsExactly("a");
    faults.compact();
    assertThat(client.get(exact).statusCode()).isEqualTo(410);
  }

  @Test
  void versionZeroIsNotPaged() throws Exception {
    slice("shop", "a", "");
    slice("shop", "b", "");
    assertThat(names(client.json(SLICES + "?limit=1&resourceVersion=0"))).containsExactly("a", "b");
    assertThat(names(client.json(SLICES + "?resourceVersion=1"))).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "resourceVersion=abc, 500",
    "continue=zzz, 400",
    "resourceVersionMatch=NotOlderThan, 422",
    "resourceVersionMatch=Exact&resourceVersion=0, 422",
    "resourceVersionMatch=Other&resourceVersion=5, 422",
    "sendInitialEvents=true, 422",
    "labelSelector=a%20%3E%3E%20b, 400",
    "limit=x, 400"
  })
  void whatMakesNoSenseIsRefused(String query, int status) throws Exception {
    assertThat(client.get(SLICES + "?" + query).statusCode()).isEqualTo(status);
  }

  @Test
  void oneObjectHasItsKind() throws Exception {
    cluster.service("shop", "web");
    JsonNode service = client.json(SERVICES + "/web");
    assertThat(service.path("kind").asText()).isEqualTo("Service");
    HttpResponse<String> missing = client.get(SERVICES + "/nosuch");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body())
        .isEqualTo(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"services \\\"nosuch\\\" not found\",\"reason\":\"NotFound\","
                + "\"details\":{\"name\":\"nosuch\",\"kind\":\"services\"},\"code\":404}\n");
  }

  @Test
  void metadataAloneCanBeAskedFor() throws Exception {
    slice("shop", "a", "");
    HttpResponse<String> response =
        client.send(
            client
                .request(SLICES)
                .header(
                    "Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
                .build());
    JsonNode list = Json.parse(response.body());
    assertThat(list.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
    assertThat(list.at("/items/0/kind").asText()).isEqualTo("PartialObjectMetadata");
    assertThat(list.at("/items/0/metadata/name").asText()).isEqualTo("a");
    assertThat(list.at("/items/0").has("addressType")).isFalse();
  }

  @Test
  void onlyJsonIsSpoken() throws Exception {
    HttpResponse<String> response =
        client.send(
            client.request(SLICES).header("Accept", "application/vnd.kubernetes.protobuf").build());
    assertThat(response.statusCode()).isEqualTo(406);
  }
}
