package io.slicewise.discovery.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The life of a Service, played as it was recorded: the same events in the same order. */
class LifecycleTest {

  private final Trace trace = Trace.read("lifecycle");

  /** What a reader of slices sees: conditions by address, whether it has a trigger time, ports. */
  private static String facts(JsonNode event) {
    JsonNode slice = event.path("object");
    Map<String, String> conditions = new java.util.TreeMap<>();
    for (JsonNode endpoint : slice.path("endpoints")) {
      conditions.put(endpoint.at("/addresses/0").asText(), endpoint.path("conditions").toString());
    }
    Map<String, Integer> ports = new java.util.TreeMap<>();
    slice.path("ports").forEach(p -> ports.put(p.path("name").asText(), p.path("port").asInt()));
    return event.path("type").asText()
        + " generation "
        + slice.at("/metadata/generation").asInt()
        + " trigger "
        + slice.at("/metadata/annotations").isObject()
        + " "
        + conditions
        + " "
        + ports
        + " "
        + slice.path("endpoints").isNull();
  }

  @Test
  void isPlayedLikeTheRecording() throws Exception {
    List<JsonNode> real =
        trace.events("watch").stream()
            .filter(event -> !event.path("type").asText().equals("BOOKMARK"))
            .toList();
    List<JsonNode> played = new ArrayList<>();
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      TestClient client = TestClient.http1(server);
      SimulatedService checkout = server.cluster().service("life", "checkout");
      checkout.port("http", 80, 8081).port("grpc", 81, 8080);
      assertThat(Shape.of(client.json(trace.path("list"))))
          .isEqualTo(Shape.of(Json.parse(trace.body("list"))));
      String path =
          trace
              .path("watch")
              .replaceAll(
                  "resourceVersion=[0-9]+",
                  "resourceVersion=" + server.cluster().resourceVersion());
      try (WatchStream watch = client.watch(path)) {
        for (Map.Entry<Integer, Runnable> step : steps(checkout, real).entrySet()) {
          step.getValue().run();
          played.add(watch.next());
        }
      }
    }
    assertThat(played)
        .extracting(LifecycleTest::facts)
        .containsExactlyElementsOf(real.stream().map(LifecycleTest::facts).toList());
    for (int i = 0; i < real.size(); i++) {
      assertThat(Shape.of(played.get(i))).as("event %s", i).isEqualTo(Shape.of(real.get(i)));
    }
  }

  /** One step for each recorded event: the changes between it and the event before. */
  private static Map<Integer, Runnable> steps(SimulatedService service, List<JsonNode> real) {
    Map<Integer, Runnable> steps = new LinkedHashMap<>();
    for (int i = 0; i < real.size(); i++) {
      JsonNode slice = real.get(i).path("object");
      steps.put(i, () -> service.batch(() -> follow(service, slice)));
    }
    return steps;
  }

  private static void follow(SimulatedService service, JsonNode slice) {
    for (JsonNode port : slice.path("ports")) {
      if (port.path("name").asText().equals("grpc") && port.path("port").asInt() == 9090) {
        SimulatedService unused = service.port("grpc", 81, 9090);
      }
    }
    Map<String, JsonNode> wanted = new LinkedHashMap<>();
    slice
        .path("endpoints")
        .forEach(endpoint -> wanted.put(endpoint.at("/targetRef/name").asText(), endpoint));
    for (SimulatedPod pod : service.pods()) {
      JsonNode endpoint = wanted.remove(pod.name());
      if (endpoint == null) {
        pod.remove();
      } else {
        follow(pod, endpoint);
      }
    }
    wanted.forEach((name, endpoint) -> add(service, name, endpoint));
  }

  private static void follow(SimulatedPod pod, JsonNode endpoint) {
    JsonNode now = endpoint.path("conditions");
    if (now.path("terminating").asBoolean() && !pod.isTerminating()) {
      SimulatedPod unused = pod.terminate();
    }
    if (now.path("serving").asBoolean() != pod.isServing()) {
      SimulatedPod unused = pod.ready(now.path("serving").asBoolean());
    }
  }

  private static void add(SimulatedService service, String name, JsonNode endpoint) {
    String address = endpoint.at("/addresses/0").asText();
    String zone = endpoint.path("zone").asText();
    String node = endpoint.path("nodeName").asText();
    if (endpoint.at("/conditions/serving").asBoolean()) {
      SimulatedPod unused = service.addPod(name, address, zone, node);
    } else {
      SimulatedPod unused = service.addUnreadyPod(name, address, zone, node);
    }
  }
}
