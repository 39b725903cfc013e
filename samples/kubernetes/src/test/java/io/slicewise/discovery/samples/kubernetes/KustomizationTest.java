package io.slicewise.discovery.samples.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The overlays are whole, and have nothing that none of them needs. */
class KustomizationTest {

  static List<Path> overlays() throws IOException {
    return Kustomization.overlays();
  }

  @Test
  void everyFileIsUsedAndEveryPatchHasItsObject() throws IOException {
    Set<Path> used = new TreeSet<>();
    for (Path directory : Kustomization.directories()) {
      used.addAll(Kustomization.build(directory).files());
    }

    Set<Path> there = new TreeSet<>();
    for (String directory : List.of("base", "overlays")) {
      try (Stream<Path> files = Files.walk(Path.of(directory))) {
        files.filter(Files::isRegularFile).forEach(there::add);
      }
    }
    assertThat(used).hasSizeGreaterThan(10).isEqualTo(there);
  }

  @Test
  void noObjectIsThereTwice() throws IOException {
    for (Path overlay : overlays()) {
      assertThat(Kustomization.build(overlay).objects())
          .extracting(Kustomization::identity)
          .doesNotHaveDuplicates();
    }
  }

  /** What these tests make of an overlay is what users get, wherever there is a kubectl to ask. */
  @ParameterizedTest
  @MethodSource("overlays")
  void kubectlMakesTheSameOfAnOverlay(Path overlay, @TempDir Path directory) throws Exception {
    assumeTrue(isKubectlThere(), "kubectl is not there");
    Path rendered = directory.resolve("rendered.yaml");

    Process kubectl =
        new ProcessBuilder("kubectl", "kustomize", overlay.toString())
            .redirectOutput(rendered.toFile())
            .start();
    String errors = new String(kubectl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(kubectl.waitFor()).as(errors).isZero();
    assertThat(YamlDocuments.read(rendered))
        .containsExactlyInAnyOrderElementsOf(Kustomization.build(overlay).objects());
  }

  private static boolean isKubectlThere() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kubectl")));
  }

  @Test
  void aPatchOfNothingIsFound(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("kustomization.yaml"),
        "resources: [object.yaml]\npatches: [{path: patch.yaml}]\n");
    Files.writeString(
        directory.resolve("object.yaml"), "{kind: Service, metadata: {name: checkout}}\n");
    Files.writeString(
        directory.resolve("patch.yaml"), "{kind: Service, metadata: {name: chekout}}\n");

    assertThatThrownBy(() -> Kustomization.build(directory))
        .hasMessageContaining("patches nothing");
  }

  @Test
  void aKeyThatIsThereTwiceIsFound() {
    assertThatThrownBy(() -> YamlDocuments.parse("kind: Service\nkind: Deployment\n"))
        .hasMessageContaining("duplicate key kind");
  }

  @Test
  void aPatchKeepsWhatItDoesNotName() {
    Map<String, Object> object =
        YamlDocuments.parse("{a: {b: 1, c: 2}, containers: [{name: x, args: [1, 2]}]}").get(0);
    Map<String, Object> patch =
        YamlDocuments.parse("{a: {c: 3}, containers: [{name: y}, {name: x, args: [4], z: 5}]}")
            .get(0);

    assertThat(StrategicMerge.merge(object, patch))
        .isEqualTo(
            YamlDocuments.parse(
                    "{a: {b: 1, c: 3}, containers: [{name: y}, {name: x, args: [4], z: 5}]}")
                .get(0));
  }
}
