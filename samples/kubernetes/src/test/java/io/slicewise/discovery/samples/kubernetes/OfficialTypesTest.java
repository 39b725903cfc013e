package io.slicewise.discovery.samples.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.openapi.models.V1Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every object is what the API of Kubernetes takes, by the types of the official client. */
class OfficialTypesTest {

  static List<Path> overlays() throws IOException {
    return Kustomization.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyObjectOfAnOverlayIsOneOfKubernetes(Path overlay) throws IOException {
    List<Map<String, Object>> objects = Kustomization.build(overlay).objects();

    assertThat(objects).hasSizeGreaterThan(10);
    for (Map<String, Object> object : objects) {
      assertThat(OfficialTypes.load(object).getMetadata().getName()).isNotBlank();
    }
  }

  /** Also those of a patch that come to nothing, and those of the base that are replaced. */
  @ParameterizedTest
  @MethodSource("overlays")
  void everyFileHasOnlyFieldsOfKubernetes(Path overlay) throws IOException {
    for (Path file : Kustomization.build(overlay).files()) {
      if (!file.endsWith("kustomization.yaml")) {
        for (Map<String, Object> object : YamlDocuments.read(file)) {
          object.remove("$patch");
          assertThat(OfficialTypes.loadPart(object)).as(file.toString()).isNotNull();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replicas: 9 -> replica: 9",
        "replicas: 9 -> replicas: nine",
        "sleep: -> slumber:",
        "maxSkew: 1 -> maxskew: 1",
        "fieldPath: spec.nodeName -> path: spec.nodeName",
        "containerPort: 8080 -> hostPort: 8080",
        "kind: Deployment -> kind: Deploiment"
      })
  void whatKubernetesDoesNotKnowIsFound(String change) throws IOException {
    String[] fromTo = change.split(" -> ", 2);
    String original = Files.readString(Path.of("base", "checkout.yaml"));
    assertThat(deployment(original)).isInstanceOf(V1Deployment.class);

    String changed = original.replaceFirst(fromTo[0], fromTo[1]);

    assertThat(changed).isNotEqualTo(original);
    assertThatThrownBy(() -> deployment(changed)).isInstanceOf(Exception.class);
  }

  @Test
  void whatKubernetesRequiresIsMissed() throws IOException {
    String original = Files.readString(Path.of("base", "checkout.yaml"));

    assertThatThrownBy(
            () -> deployment(original.replace("        - name: server\n", "        -\n")))
        .cause()
        .hasMessageContaining("The required field `name` is not found");
  }

  private static Object deployment(String documents) throws IOException {
    return OfficialTypes.load(YamlDocuments.parse(documents).get(1));
  }
}
