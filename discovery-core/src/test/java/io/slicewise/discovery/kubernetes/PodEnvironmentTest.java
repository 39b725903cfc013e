package io.slicewise.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.OwnPod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pod is told about itself, and what is missing or broken of that. */
class PodEnvironmentTest {

  private static final String CLAIMS =
      """
      {"aud":["https://kubernetes.default.svc"],"exp":1790000000,"iss":"x",
       "kubernetes.io":{"namespace":"shop","node":{"name":"worker-1","uid":"u"},
        "pod":{"name":"front-7d9-abc","uid":"94e98519-cc3a-4564-b65a-e1773c387405"},
        "serviceaccount":{"name":"default","uid":"v"},"warnafter":1},
       "name":"not-me","sub":"system:serviceaccount:shop:default"}
      """;

  @TempDir Path directory;

  private OwnPod detect(Map<String, String> environment) {
    return PodEnvironment.detect(
        environment, directory.resolve("token"), directory.resolve("labels"), Set.of("10.0.0.9"));
  }

  private void token(String claims) throws IOException {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String body = encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    Files.writeString(directory.resolve("token"), "eyJhbGciOiJSUzI1NiJ9." + body + ".c2ln\n");
  }

  @Test
  void knowsNothingOutsideACluster() {
    OwnPod pod = detect(Map.of());

    assertThat(pod.zone()).isNull();
    assertThat(pod.node()).isNull();
    assertThat(pod.isRecognizable()).isFalse();
    assertThat(pod.zoneSource())
        .isEqualTo("unknown: none of SLICEWISE_ZONE, K8S_ZONE, TOPOLOGY_ZONE is set");
  }

  @Test
  void readsTheClaimsOfTheToken() throws IOException {
    token(CLAIMS);

    OwnPod pod = detect(Map.of());

    assertThat(pod.namespace()).isEqualTo("shop");
    assertThat(pod.name()).isEqualTo("front-7d9-abc");
    assertThat(pod.uid()).isEqualTo(UUID.fromString("94e98519-cc3a-4564-b65a-e1773c387405"));
    assertThat(pod.node()).isEqualTo("worker-1");
    assertThat(pod.addresses()).containsExactly("10.0.0.9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLICEWISE_ZONE", "K8S_ZONE", "TOPOLOGY_ZONE"})
  void takesTheZoneFromTheEnvironment(String name) {
    OwnPod pod = detect(Map.of(name, "eu-1a"));

    assertThat(pod.zone()).isEqualTo("eu-1a");
    assertThat(pod.zoneSource()).isEqualTo("environment " + name);
  }

  @Test
  void takesAnEmptyVariableForNone() {
    OwnPod pod = detect(Map.of("SLICEWISE_ZONE", "", "K8S_ZONE", "eu-1b", "NODE_NAME", ""));

    assertThat(pod.zone()).isEqualTo("eu-1b");
    assertThat(pod.node()).isNull();
  }

  @Test
  void understandsTheResourceAttributesOfOpenTelemetry() {
    OwnPod pod =
        detect(
            Map.of(
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=x, cloud.availability_zone=eu-1c ,k8s.node.name=n7,broken"));

    assertThat(pod.zone()).isEqualTo("eu-1c");
    assertThat(pod.node()).isEqualTo("n7");
  }

  @Test
  void readsTheLabelsOfADownwardVolume() throws IOException {
    Files.writeString(
        directory.resolve("labels"),
        "app=\"front\"\ntopology.kubernetes.io/region=\"eu\"\ntopology.kubernetes.io/zone=\"eu-1d\"\n");

    OwnPod pod = detect(Map.of());

    assertThat(pod.zone()).isEqualTo("eu-1d");
    assertThat(pod.zoneSource()).startsWith("label of the pod in ");
  }

  @Test
  void theEnvironmentComesBeforeTheToken() throws IOException {
    token(CLAIMS);

    OwnPod pod =
        detect(Map.of("NODE_NAME", "n1", "POD_NAME", "p", "POD_NAMESPACE", "ns", "POD_UID", "?"));

    assertThat(pod.node()).isEqualTo("n1");
    assertThat(pod.name()).isEqualTo("p");
    assertThat(pod.namespace()).isEqualTo("ns");
    assertThat(pod.uid()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a token",
        "a.b",
        "a.!!!.c",
        "a.e30.c",
        "a.eyJrdWJlcm5ldGVzLmlvIjp7.c",
        "a.W10.c"
      })
  void aTokenOfAnotherKindTellsNothing(String token) throws IOException {
    Files.writeString(directory.resolve("token"), token);

    OwnPod pod = detect(Map.of());

    assertThat(pod.namespace()).isNull();
    assertThat(pod.isRecognizable()).isFalse();
  }
}
