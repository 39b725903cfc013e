package io.slicewise.discovery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerTest {

  private static final String TRIGGER =
      "/metadata/annotations/endpoints.kubernetes.io~1last-change-trigger-time";

  private final FakeClock clock = new FakeClock();
  private final EmbeddedApiServer server =
      EmbeddedApiServer.builder()
          .tls(false)
          .clock(clock)
          .endpoints(true)
          .maxEndpointsPerSlice(3)
          .start();
  private final Cluster cluster = server.cluster();
  private final SimulatedService web = cluster.service("shop", "web");

  @AfterEach
  void stop() {
    server.close();
  }

  private List<JsonNode> slices() {
    List<JsonNode> slices = new ArrayList<>();
    cluster.list("EndpointSlice", "shop").forEach(slice -> slices.add(Json.parse(slice)));
    return slices;
  }

  private JsonNode slice() {
    List<JsonNode> slices = slices();
    assertThat(slices).hasSize(1);
    return slices.get(0);
  }

  /** The addresses of each slice, in its order. */
  private List<List<String>> addresses() {
    List<List<String>> addresses = new ArrayList<>();
    for (JsonNode slice : slices()) {
      List<String> ofSlice = new ArrayList<>();
      slice.path("endpoints").forEach(e -> ofSlice.add(e.at("/addresses/0").asText()));
      addresses.add(ofSlice);
    }
    return addresses;
  }

  private void addPods(int from, int to) {
    web.batch(
        () -> {
          for (int i = from; i <= to; i++) {
            SimulatedPod unused = web.addPod("web-" + i, "10.0.0." + i, "a");
          }
        });
  }

  @Test
  void aServiceWithoutPodsHasAPlaceholder() {
    assertThat(slice().path("endpoints").isNull()).isTrue();
    assertThat(slice().path("ports").isNull()).isTrue();
    assertThat(slice().at("/metadata/labels").toString())
        .isEqualTo(
            "{\"endpointslice.kubernetes.io/managed-by\":\"endpointslice-controller.k8s.io\","
                + "\"kubernetes.io/service-name\":\"web\"}");
  }

  @Test
  void thePlaceholderIsUsedAndComesBack() {
    String name = slice().at("/metadata/name").asText();
    SimulatedPod pod = web.addPod("web-1", "10.0.0.1", "a");
    assertThat(slice().at("/metadata/name").asText()).isEqualTo(name);
    assertThat(slice().path("ports").toString())
        .isEqualTo("[{\"name\":\"grpc\",\"protocol\":\"TCP\",\"port\":8080}]");
    pod.remove();
    assertThat(slice().at("/metadata/name").asText()).isEqualTo(name);
    assertThat(slice().path("endpoints").isNull()).isTrue();
    assertThat(slice().at("/metadata/generation").asInt()).isEqualTo(3);
  }

  @Test
  void slicesAreFilledAndNotRebalanced() {
    addPods(1, 7);
    assertThat(addresses()).extracting(List::size).containsExactlyInAnyOrder(3, 3, 1);
    web.pod("web-1").remove();
    web.pod("web-2").remove();
    assertThat(addresses()).extracting(List::size).containsExactlyInAnyOrder(1, 3, 1);
    // One more goes into the fullest slice that has room for it: only one slice is written.
    long before = cluster.resourceVersion();
    web.addPod("web-8", "10.0.0.8", "a");
    long written =
        slices().stream().filter(s -> s.at("/metadata/resourceVersion").asLong() > before).count();
    assertThat(written).isEqualTo(1);
    assertThat(addresses()).extracting(List::size).containsExactlyInAnyOrder(2, 3, 1);
  }

  @Test
  void everyPodIsInExactlyOneSliceWhateverHappens() {
    java.util.Random random = new java.util.Random(7);
    Set<String> alive = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      if (alive.isEmpty() || random.nextInt(5) < 3) {
        alive.add(web.addPod("p" + i, "10.1." + i / 250 + "." + i % 250, "a").address());
      } else {
        SimulatedPod victim = web.pods().get(random.nextInt(web.pods().size()));
        victim.remove();
        alive.remove(victim.address());
      }
      List<String> listed = addresses().stream().flatMap(List::stream).toList();
      assertThat(listed).doesNotHaveDuplicates().hasSameSizeAs(alive).containsAll(alive);
      assertThat(addresses()).allMatch(slice -> slice.size() <= 3);
    }
  }

  @Test
  void conditionsFollowThePod() {
    SimulatedPod pod = web.addUnreadyPod("web-1", "10.0.0.1", "a");
    assertConditions(false, false, false);
    pod.ready(true);
    assertConditions(true, true, false);
    pod.terminate();
    assertConditions(false, true, true);
    pod.stopServing();
    assertConditions(false, false, true);
    web.publishNotReadyAddresses(true);
    assertConditions(true, false, true);
  }

  private void assertConditions(boolean ready, boolean serving, boolean terminating) {
    assertThat(slice().at("/endpoints/0/conditions").toString())
        .isEqualTo(
            "{\"ready\":"
                + ready
                + ",\"serving\":"
                + serving
                + ",\"terminating\":"
                + terminating
                + "}");
  }

  @Test
  void onlyReadinessHasATriggerTime() {
    clock.advance(Duration.ofMillis(1500));
    SimulatedPod pod = web.addPod("web-1", "10.0.0.1", "a");
    assertThat(slice().at(TRIGGER).asText()).isEqualTo("2026-01-01T00:00:01.500Z");
    pod.terminate();
    assertThat(slice().at(TRIGGER).isMissingNode()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    web.batch(
        () -> {
          pod.stopServing();
          clock.advance(Duration.ofSeconds(5));
          SimulatedPod unused = web.addPod("web-2", "10.0.0.2", "a");
        });
    assertThat(slice().at(TRIGGER).asText()).isEqualTo("2026-01-01T00:00:02.500Z");
  }

  @Test
  void anEndpointNamesPodNodeZoneAndHost() {
    SimulatedPod pod = web.addPod("web-1", "127.0.0.1", "a", "node-7").hostname("web-1");
    assertThat(slice().at("/endpoints/0").toString())
        .isEqualTo(
            "{\"addresses\":[\"127.0.0.1\"],\"conditions\":{\"ready\":true,\"serving\":true,"
                + "\"terminating\":false},\"hostname\":\"web-1\",\"targetRef\":{\"kind\":\"Pod\","
                + "\"namespace\":\"shop\",\"name\":\"web-1\",\"uid\":\""
                + pod.uid()
                + "\"},\"nodeName\":\"node-7\",\"zone\":\"a\"}");
    assertThat(cluster.list("Node", null)).hasSize(1).first().asString().contains("node-7");
    web.addPod("web-2", "127.0.0.2", null);
    assertThat(slice().at("/endpoints/1").has("zone")).isFalse();
  }

  @Test
  void podsWithOtherNumbersForANamedPortAreInAnotherSlice() {
    web.port("web", 80, "http", "TCP", "kubernetes.io/h2c");
    web.addPod("web-1", "10.0.0.1", "a").port("http", 8080);
    web.addPod("web-2", "10.0.0.2", "a").port("http", 9090);
    web.addPod("web-3", "10.0.0.3", "a");
    assertThat(slices())
        .extracting(slice -> slice.path("ports").toString())
        .containsExactlyInAnyOrder(
            port(8080), port(9090), "null"); // the third pod has no such port
  }

  private static String port(int number) {
    return "[{\"name\":\"web\",\"protocol\":\"TCP\",\"port\":"
        + number
        + ",\"appProtocol\":\"kubernetes.io/h2c\"}]";
  }

  @Test
  void aPortChangesInPlace() {
    web.addPod("web-1", "10.0.0.1", "a");
    String name = slice().at("/metadata/name").asText();
    web.port("grpc", 9090);
    assertThat(slice().at("/metadata/name").asText()).isEqualTo(name);
    assertThat(slice().at("/ports/0/port").asInt()).isEqualTo(9090);
    web.port("metrics", 9100);
    assertThat(slice().path("ports")).hasSize(2);
  }

  @Test
  void twoFamiliesAreTwoSetsOfSlices() {
    web.families("IPv4", "IPv6");
    web.addPod("web-1", List.of("10.0.0.1", "fd00::1"), "a", "n");
    assertThat(slices())
        .extracting(s -> s.path("addressType").asText() + s.at("/endpoints/0/addresses/0").asText())
        .containsExactlyInAnyOrder("IPv410.0.0.1", "IPv6fd00::1");
    web.families("IPv6");
    assertThat(slice().path("addressType").asText()).isEqualTo("IPv6");
  }

  @Test
  void aHeadlessServiceIsLabelledAndMayHaveNoPorts() {
    web.headless(true);
    assertThat(slice().at("/metadata/labels/service.kubernetes.io~1headless").asText("x"))
        .isEmpty();
    web.withoutPorts().addPod("web-1", "10.0.0.1", "a");
    assertThat(slice().path("ports").isNull()).isTrue();
    assertThat(slice().path("endpoints")).hasSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> web.headless(false))
        .withMessageContaining("spec.ports: Required value");
  }

  @Test
  void hintsAreForReadyEndpointsOnly() {
    web.trafficDistribution("PreferSameNode");
    web.addPod("web-1", "10.0.0.1", "a");
    web.addUnreadyPod("web-2", "10.0.0.2", "b");
    assertThat(slice().at("/endpoints/0/hints").toString())
        .isEqualTo("{\"forZones\":[{\"name\":\"a\"}],\"forNodes\":[{\"name\":\"node-a\"}]}");
    assertThat(slice().at("/endpoints/1").has("hints")).isFalse();
    web.trafficDistribution("PreferSameZone");
    assertThat(slice().at("/endpoints/0/hints").toString())
        .isEqualTo("{\"forZones\":[{\"name\":\"a\"}]}");
    web.trafficDistribution(null);
    assertThat(slice().at("/endpoints/0").has("hints")).isFalse();
  }

  @Test
  void labelsAreCopiedWithoutANewGeneration() {
    web.label("team", "checkout");
    assertThat(slice().at("/metadata/labels/team").asText()).isEqualTo("checkout");
    assertThat(slice().at("/metadata/generation").asInt()).isEqualTo(1);
  }

  @Test
  void aBatchIsOneWrite() {
    addPods(1, 3);
    assertThat(slice().at("/metadata/generation").asInt()).isEqualTo(2);
  }

  @Test
  void aDeletedServiceTakesItsSlicesWithIt() {
    SimulatedPod pod = web.addPod("web-1", "10.0.0.1", "a");
    web.delete();
    assertThat(slices()).isEmpty();
    assertThat(cluster.list("Endpoints", "shop")).isEmpty();
    pod.ready(false);
    assertThat(slices()).isEmpty();
    assertThat(cluster.service("shop", "web").pods()).isEmpty();
  }

  @Test
  void aSliceThatSomebodyBreaksIsRepaired() {
    web.addPod("web-1", "10.0.0.1", "a");
    cluster.delete("EndpointSlice", "shop", slice().at("/metadata/name").asText());
    assertThat(addresses()).containsExactly(List.of("10.0.0.1"));
  }

  @Test
  void aServiceOfTheApiIsLookedAfterAndOneWithoutSelectorIsNot() {
    cluster.create(
        """
        {"kind":"Service","apiVersion":"v1","metadata":{"name":"api","namespace":"bank"},
         "spec":{"selector":{"app":"api"},"ports":[{"port":80,"targetPort":8080}]}}
        """);
    cluster.create(
        """
        {"kind":"Service","apiVersion":"v1","metadata":{"name":"hand","namespace":"bank"},
         "spec":{"ports":[{"port":80}]}}
        """);
    assertThat(cluster.list("EndpointSlice", "bank")).hasSize(1);
    cluster.service("bank", "api").addPod("api-1", "10.0.0.1", "a");
    assertThat(Json.parse(cluster.list("EndpointSlice", "bank").get(0)).path("ports").toString())
        .isEqualTo("[{\"name\":\"\",\"protocol\":\"TCP\",\"port\":8080}]");
  }

  @Test
  void theOldEndpointsShowTheSamePods() {
    web.addPod("web-2", "10.0.0.2", "a");
    web.addUnreadyPod("web-1", "10.0.0.1", "b");
    web.addPod("web-3", "10.0.0.3", "b").terminate();
    JsonNode subsets = Json.parse(cluster.list("Endpoints", "shop").get(0)).path("subsets");
    assertThat(subsets).hasSize(1);
    assertThat(subsets.at("/0/addresses")).hasSize(1);
    assertThat(subsets.at("/0/addresses/0/ip").asText()).isEqualTo("10.0.0.2");
    assertThat(subsets.at("/0/notReadyAddresses/0/ip").asText()).isEqualTo("10.0.0.1");
    assertThat(subsets.at("/0/ports").toString())
        .isEqualTo("[{\"name\":\"grpc\",\"port\":8080,\"protocol\":\"TCP\"}]");
  }
}
