package io.slicewise.discovery.samples.kubernetes;

import static io.slicewise.discovery.samples.kubernetes.Manifests.container;
import static io.slicewise.discovery.samples.kubernetes.Manifests.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DownwardAPIVolumeFile;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1TopologySpreadConstraint;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pods of each overlay get from Kubernetes, and what they may not do. */
class PodsTest {

  private static final String ZONE = "topology.kubernetes.io/zone";

  static List<Manifests> overlays() throws IOException {
    List<Path> overlays = Kustomization.overlays();
    assertThat(overlays).hasSize(4);
    Manifests[] manifests = new Manifests[overlays.size()];
    for (int i = 0; i < manifests.length; i++) {
      manifests[i] = Manifests.of(overlays.get(i));
    }
    return List.of(manifests);
  }

  static Stream<V1Deployment> deployments() throws IOException {
    return overlays().stream().flatMap(each -> Stream.of(each.server(), each.client()));
  }

  /** By the names in the core's README, which are those that the core reads. */
  @ParameterizedTest
  @MethodSource("overlays")
  void aClientLearnsItsZoneItsNodeAndWhoItIs(Manifests manifests) throws IOException {
    String read = zonesOf(Files.readString(Path.of("..", "..", "discovery-core", "README.md")));
    Map<String, String> environment = fields(container(manifests.client()));

    assertThat(environment)
        .containsEntry("NODE_NAME", "spec.nodeName")
        .containsEntry("POD_NAMESPACE", "metadata.namespace")
        .containsEntry("POD_NAME", "metadata.name")
        .containsEntry("POD_UID", "metadata.uid");
    assertThat(read).contains("`NODE_NAME`", "`/etc/podinfo/labels`", "`" + ZONE + "`");
    assertThat(labelFile(manifests.client())).isEqualTo("/etc/podinfo/labels");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aServerLearnsItsZoneItsNodeAndItsName(Manifests manifests) throws IOException {
    String read = zonesOf(Files.readString(Path.of("..", "..", "discovery-core", "README.md")));

    assertThat(read).contains("`SLICEWISE_ZONE`");
    assertThat(fields(container(manifests.server())))
        .containsEntry("SLICEWISE_ZONE", "metadata.labels['" + ZONE + "']")
        .containsEntry("NODE_NAME", "spec.nodeName")
        .containsEntry("POD_NAME", "metadata.name");
  }

  private static String zonesOf(String readme) {
    return readme.substring(readme.indexOf("\n## Zones\n"), readme.indexOf("\n## Health\n"));
  }

  private static Map<String, String> fields(V1Container container) {
    Map<String, String> fields = new HashMap<>();
    container.getEnv().stream()
        .filter(each -> each.getValueFrom() != null)
        .forEach(
            each -> fields.put(each.getName(), each.getValueFrom().getFieldRef().getFieldPath()));
    return fields;
  }

  /** Where the labels of the pod are in its container. */
  private static String labelFile(V1Deployment deployment) {
    V1Volume volume =
        pod(deployment).getVolumes().stream()
            .filter(each -> each.getDownwardAPI() != null)
            .findFirst()
            .orElseThrow();
    V1DownwardAPIVolumeFile file = volume.getDownwardAPI().getItems().get(0);
    assertThat(file.getFieldRef().getFieldPath()).isEqualTo("metadata.labels");
    V1VolumeMount mount =
        container(deployment).getVolumeMounts().stream()
            .filter(each -> each.getName().equals(volume.getName()))
            .findFirst()
            .orElseThrow();
    return mount.getMountPath() + "/" + file.getPath();
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void podsAreSpreadOverZonesInEachRollout(V1Deployment deployment) {
    List<V1TopologySpreadConstraint> constraints = pod(deployment).getTopologySpreadConstraints();

    assertThat(constraints).hasSize(1);
    assertThat(constraints.get(0).getTopologyKey()).isEqualTo(ZONE);
    assertThat(constraints.get(0).getMaxSkew()).isEqualTo(1);
    assertThat(constraints.get(0).getMatchLabelKeys()).containsExactly("pod-template-hash");
    assertThat(constraints.get(0).getLabelSelector()).isEqualTo(deployment.getSpec().getSelector());
    assertThat(deployment.getSpec().getReplicas() % 3).isZero();
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void podsRunWithoutPrivilegesAndWriteOnlyWhereTheyMust(V1Deployment deployment) {
    V1PodSpec pod = pod(deployment);
    V1SecurityContext security = container(deployment).getSecurityContext();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getEmptyDir() != null)
        .isNotEmpty()
        .allSatisfy(volume -> assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull());
    assertThat(container(deployment).getVolumeMounts())
        .extracting(V1VolumeMount::getName)
        .containsExactlyInAnyOrderElementsOf(
            pod.getVolumes().stream().map(V1Volume::getName).toList());
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void podsSayWhatTheyNeed(V1Deployment deployment) {
    var resources = container(deployment).getResources();

    assertThat(resources.getRequests()).containsOnlyKeys("cpu", "memory");
    assertThat(resources.getLimits()).containsOnlyKeys("memory");
    assertThat(resources.getLimits().get("memory").getNumber())
        .isGreaterThanOrEqualTo(resources.getRequests().get("memory").getNumber());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aSnapshotOutlivesTheContainer(Manifests manifests) {
    assertThat(container(manifests.client()).getVolumeMounts())
        .filteredOn(mount -> mount.getName().equals("snapshot"))
        .singleElement()
        .satisfies(mount -> assertThat(mount.getMountPath()).isEqualTo("/var/cache/slicewise"))
        .satisfies(mount -> assertThat(mount.getReadOnly()).isNull());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aServerIsReadyWhenItSaysSoAndHasTheTimeToDrain(Manifests manifests) {
    V1Container server = container(manifests.server());
    V1Probe probe = Objects.requireNonNull(server.getReadinessProbe());
    long sleep = server.getLifecycle().getPreStop().getSleep().getSeconds();

    assertThat(
            Stream.of(probe.getGrpc(), probe.getHttpGet(), probe.getTcpSocket())
                .filter(Objects::nonNull))
        .hasSize(1);
    assertThat(sleep).isPositive();
    assertThat(pod(manifests.server()).getTerminationGracePeriodSeconds())
        .isGreaterThan(sleep + drainSeconds(server));
    assertThat(manifests.server().getSpec().getStrategy().getRollingUpdate().getMaxUnavailable())
        .satisfies(unavailable -> assertThat(unavailable.getIntValue()).isZero());
  }

  /** For how long a server waits for calls: what it is told, or Spring's default. */
  private static long drainSeconds(V1Container server) {
    return Stream.ofNullable(server.getArgs())
        .flatMap(List::stream)
        .filter(each -> each.startsWith("--drain="))
        .mapToLong(each -> Long.parseLong(each.substring("--drain=".length())))
        .findFirst()
        .orElse(30);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void servicesAndBudgetsSelectThePods(Manifests manifests) {
    for (V1Deployment deployment : List.of(manifests.server(), manifests.client())) {
      String namespace = deployment.getMetadata().getNamespace();
      String name = deployment.getMetadata().getName();
      Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
      V1PodDisruptionBudget budget = manifests.one(V1PodDisruptionBudget.class, namespace, name);

      assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
      assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
      assertThat(budget.getSpec().getMaxUnavailable().getIntValue())
          .isBetween(1, deployment.getSpec().getReplicas() / 3);
      assertThat(manifests.one(V1Service.class, namespace, name).getSpec().getSelector())
          .isEqualTo(labels);
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theServicePortIsThatOfTheServers(Manifests manifests) {
    V1Service service = manifests.one(V1Service.class, "shop", "checkout");

    assertThat(service.getSpec().getPorts()).hasSize(1);
    assertThat(container(manifests.server()).getPorts())
        .extracting(V1ContainerPort::getName)
        .containsExactly(service.getSpec().getPorts().get(0).getTargetPort().getStrValue());
    assertThat(container(manifests.server()).getPorts().get(0).getContainerPort()).isEqualTo(8080);
  }
}
