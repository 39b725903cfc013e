package io.slicewise.discovery.samples.grpc;

import static io.slicewise.discovery.samples.grpc.Manifests.at;
import static io.slicewise.discovery.samples.grpc.Manifests.list;
import static io.slicewise.discovery.samples.grpc.Manifests.map;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc;
import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The manifests of {@code samples/kubernetes} fit each other, the commands and the SDK. */
class ManifestsTest {

  private static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");

  private final Manifests manifests = Manifests.read();

  @TempDir Path directory;

  ManifestsTest() throws IOException {}

  @Test
  void everyObjectIsInTheNamespaceThatTheReadmeCreates() {
    assertThat(manifests.objects())
        .hasSize(8)
        .allSatisfy(object -> assertThat(at(object, "metadata", "namespace")).isEqualTo("shop"));
  }

  /**
   * What discovery asks an API server for, with the callers to be found, is what the Role allows.
   */
  @Test
  @ExtendWith(ApiServerExtension.class)
  void theRoleAllowsWhatDiscoveryAsksForAndNothingElse(EmbeddedApiServer cluster) throws Exception {
    applyServices(cluster);
    OwnPod web = new OwnPod("zone-a", "test", "node-a", "shop", "web-zone-a", null, Set.of());
    try (ServiceDiscovery discovery =
            ServiceDiscovery.builder()
                .cluster(ClusterConfig.kubeconfig(cluster.writeKubeconfig(directory)))
                .ownPod(web)
                .build();
        ServiceWatch headless = discovery.watch("checkout.shop:grpc");
        ServiceWatch vip = discovery.watch("checkout-vip.shop:grpc")) {
      for (ServiceWatch watch : List.of(headless, vip)) {
        assertThat(watch.whenSynced().get(10, TimeUnit.SECONDS).eligible()).hasSize(3);
      }
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(headless.view().routing().callersSource()).contains("shop/web"));
    }

    Set<String> asked = new TreeSet<>();
    for (RecordedRequest request : cluster.requests()) {
      asked.add((request.isWatch() ? "watch " : "list ") + request.path());
    }
    assertThat(asked).isNotEmpty().isSubsetOf(granted());
    assertThat(granted())
        .containsExactly(
            "list /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices",
            "watch /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices");
  }

  private Set<String> granted() {
    Set<String> granted = new TreeSet<>();
    for (Object rule : list(manifests.object("Role", "endpointslice-reader").get("rules"))) {
      for (Object group : list(map(rule).get("apiGroups"))) {
        for (Object resource : list(map(rule).get("resources"))) {
          list(map(rule).get("verbs"))
              .forEach(
                  verb ->
                      granted.add(verb + " /apis/" + group + "/v1/namespaces/shop/" + resource));
        }
      }
    }
    return granted;
  }

  private void applyServices(EmbeddedApiServer cluster) throws JsonProcessingException {
    for (Map<String, Object> manifest : manifests.ofKind("Service")) {
      cluster.cluster().create(new ObjectMapper().writeValueAsString(manifest));
      String name = String.valueOf(at(manifest, "metadata", "name"));
      SimulatedService service = cluster.cluster().service("shop", name);
      for (String zone : ZONES) {
        service.batch(
            () ->
                service
                    .addPod(name + "-" + zone, "10.0.0." + (service.pods().size() + 1), zone)
                    .port("grpc", 8080));
      }
    }
  }

  @Test
  void theRoleIsBoundToTheAccountOfTheClient() {
    Map<String, Object> binding = manifests.object("RoleBinding", "endpointslice-reader");
    Map<String, Object> subject = map(list(binding.get("subjects")).get(0));

    assertThat(at(binding, "roleRef", "name")).isEqualTo("endpointslice-reader");
    assertThat(subject).containsEntry("kind", "ServiceAccount").containsEntry("namespace", "shop");
    assertThat(at(manifests.template("web"), "spec", "serviceAccountName"))
        .isEqualTo(subject.get("name"));
    assertThat(manifests.object("ServiceAccount", String.valueOf(subject.get("name")))).isNotNull();
  }

  @Test
  void theArgumentsAreThoseOfTheCommands() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    for (String deployment : List.of("checkout", "web")) {
      CommandLine.ParseResult parsed =
          GrpcSample.commandLine(nowhere, nowhere)
              .parseArgs(manifests.args(deployment).toArray(new String[0]));

      assertThat(parsed.subcommand().errors()).isEmpty();
    }
    assertThat(manifests.args("web")).contains("--target=k8s:///checkout.shop:grpc");
  }

  @Test
  void theServicesSelectThePodsAndTheirPort() {
    for (Map<String, Object> service : manifests.ofKind("Service")) {
      String app = String.valueOf(at(service, "spec", "selector", "app"));

      assertThat(at(manifests.template(app), "metadata", "labels", "app")).isEqualTo(app);
    }
    Map<String, Object> port = map(list(manifests.container("checkout").get("ports")).get(0));
    assertThat(port).containsEntry("name", "grpc").containsEntry("containerPort", 8080);
    for (String service : List.of("checkout", "checkout-vip")) {
      Object ports = at(manifests.object("Service", service), "spec", "ports");
      assertThat(map(list(ports).get(0))).containsEntry("targetPort", "grpc");
    }
    assertThat(manifests.args("checkout")).contains("--port=8080");
    assertThat(at(manifests.object("Service", "checkout"), "spec", "clusterIP")).isEqualTo("None");
    assertThat(map(manifests.object("Service", "checkout-vip").get("spec")))
        .doesNotContainKey("clusterIP");
  }

  @Test
  void aPodHasTheTimeToDrain() {
    Map<String, Object> container = manifests.container("checkout");
    int sleep = (int) at(container, "lifecycle", "preStop", "sleep", "seconds");
    int grace = (int) at(manifests.template("checkout"), "spec", "terminationGracePeriodSeconds");

    assertThat(manifests.args("checkout")).contains("--drain=10");
    assertThat(grace).isGreaterThan(sleep + 10);
    assertThat(at(container, "readinessProbe", "grpc", "service"))
        .isEqualTo(CheckoutGrpc.SERVICE_NAME);
    assertThat(at(container, "readinessProbe", "grpc", "port")).isEqualTo(8080);
  }

  /** The server's environment is tried in a process, by {@link ServerAndClientTest}. */
  @Test
  void theClientLearnsWhoItIsFromEnvironmentAndVolume() {
    Map<String, Object> mount = map(list(manifests.container("web").get("volumeMounts")).get(0));
    Map<String, Object> volume = map(list(at(manifests.template("web"), "spec", "volumes")).get(0));
    Map<String, Object> item = map(list(at(volume, "downwardAPI", "items")).get(0));

    assertThat(mount.get("name")).isEqualTo(volume.get("name"));
    assertThat(mount.get("mountPath") + "/" + item.get("path")).isEqualTo("/etc/podinfo/labels");
    assertThat(at(item, "fieldRef", "fieldPath")).isEqualTo("metadata.labels");
    assertThat(manifests.environment("web", Map.of()))
        .containsOnlyKeys("POD_NAMESPACE", "POD_NAME", "POD_UID", "NODE_NAME");
  }
}
