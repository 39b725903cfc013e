package io.slicewise.discovery.samples.kubernetes;

import static io.slicewise.discovery.samples.kubernetes.YamlDocuments.list;
import static io.slicewise.discovery.samples.kubernetes.YamlDocuments.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** README.md says nothing that is not so. */
class ReadmeTest {

  private static final Path ROOT = Path.of("..", "..");

  private final Readme readme = Readme.read();

  ReadmeTest() throws IOException {}

  @Test
  void everyLinkAndEveryPathOfACommandLeadsSomewhere() {
    List<String> paths =
        new Readme(String.join("\n", readme.blocks("console"))).groups("samples/[^\\s,]+", 0);

    assertThat(readme.links()).isNotEmpty().allSatisfy(link -> assertThat(Path.of(link)).exists());
    assertThat(paths)
        .filteredOn(path -> !path.contains("/target"))
        .contains("samples/cli", "samples/kubernetes/kind.yaml", "samples/kubernetes/Dockerfile")
        .allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
  }

  @Test
  void yamlIsOfKubernetes() throws IOException {
    List<String> blocks = readme.blocks("yaml");

    assertThat(blocks).isNotEmpty();
    for (String block : blocks) {
      List<Map<String, Object>> documents = YamlDocuments.parse(block);
      if (documents.get(0).containsKey("kind")) {
        assertThat(OfficialTypes.load(documents.get(0))).isNotNull();
      }
    }
  }

  @Test
  void theTableHasEveryOverlay() throws IOException {
    Set<String> told = new TreeSet<>(readme.groups("(?m)^\\| \\[([a-z-]+)]\\(overlays/", 1));

    assertThat(told)
        .containsExactlyElementsOf(
            Kustomization.overlays().stream().map(each -> each.getFileName().toString()).toList());
  }

  /** The row of an image tells the jar and its directory; the overlay that needs it is above. */
  @Test
  void theImagesAreThoseOfTheOverlays() throws IOException {
    Set<String> needed = new TreeSet<>();
    for (Path overlay : Kustomization.overlays()) {
      for (V1Deployment deployment : Manifests.of(overlay).all(V1Deployment.class)) {
        V1Container container = Manifests.container(deployment);
        needed.add(container.getImage().replace(":0.1.0", ""));
      }
    }

    Set<String> told = new TreeSet<>();
    for (MatchResult row : SampleImage.rows(readme)) {
      told.add(row.group(1));
    }
    assertThat(told).isEqualTo(needed);
    assertThat(readme.commands("docker build")).allMatch(each -> each.contains(":0.1.0 "));
    assertThat(readme.commands("kind load")).allMatch(each -> each.contains(":0.1.0 "));
  }

  @Test
  void theDockerfileTakesTheJarAndIsNotRoot() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("Dockerfile"));

    assertThat(lines).contains("ARG JAR", "COPY ${JAR} /app.jar", "USER 65532:65532");
    assertThat(Manifests.pod(Manifests.of(Path.of("overlays", "grpc")).server()))
        .satisfies(pod -> assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65532));
  }

  @Test
  void kindHasAWorkerInEachZone() throws IOException {
    Map<String, Object> kind = YamlDocuments.read(Path.of("kind.yaml")).get(0);
    List<Object> zones = new ArrayList<>();
    for (Object node : list(kind.get("nodes"))) {
      if ("worker".equals(map(node).get("role"))) {
        zones.add(map(map(node).get("labels")).get("topology.kubernetes.io/zone"));
      }
    }

    assertThat(zones).isEqualTo(EmbeddedCluster.ZONES);
    assertThat(kind).containsEntry("apiVersion", "kind.x-k8s.io/v1alpha4");
    assertThat(readme.commands("kind load"))
        .isNotEmpty()
        .allMatch(command -> command.endsWith(" --name " + kind.get("name")));
    assertThat(readme.commands("kind delete"))
        .containsExactly("kind delete cluster --name " + kind.get("name"));
  }

  /** Each command runs, against an embedded API server, as a process of its own. */
  @Test
  @ExtendWith(ApiServerExtension.class)
  void theCommandLineShowsCallsThatStayInTheirZone(EmbeddedApiServer server, @TempDir Path home)
      throws Exception {
    Path kubeconfig =
        EmbeddedCluster.apply(Manifests.of(Path.of("overlays", "grpc")), server, home);
    List<String> commands = readme.commands("java -jar samples/cli/target/slicewise.jar");

    assertThat(commands).hasSize(2);
    for (String command : commands) {
      List<String> arguments = Arrays.asList(command.split(" +", -1));
      CliProcess cli = CliProcess.start(kubeconfig, arguments.subList(3, arguments.size()));

      // As a share of the table, or as what a share has become.
      assertThat(cli.awaitLine(" 100.0%")).as(command + "\n" + cli.output()).contains("zone-a");
      assertThat(cli.end()).as(cli.output()).isZero();
      assertThat(cli.output()).contains("Service front/web", "10.0.1.1", "10.0.1.2", "10.0.1.3");
    }
  }
}
