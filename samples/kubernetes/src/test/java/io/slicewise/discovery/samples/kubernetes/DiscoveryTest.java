package io.slicewise.discovery.samples.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1Role;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Discovery finds what the manifests bring, with the permissions that they give. */
@ExtendWith(ApiServerExtension.class)
class DiscoveryTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"grpc, checkout.shop:grpc", "spring, checkout.shop", "http, checkout.shop:http"})
  void theRolesAllowWhatDiscoveryAsksForAndNothingElse(
      String overlay, String target, EmbeddedApiServer server) throws Exception {
    Manifests manifests = Manifests.of(Path.of("overlays", overlay));

    follow(EmbeddedCluster.apply(manifests, server, directory), target);

    Set<String> asked = new TreeSet<>();
    for (RecordedRequest request : server.requests()) {
      if (request.method().equals("GET")) { // the others made the cluster
        asked.add((request.isWatch() ? "watch " : "list ") + request.path());
      }
    }
    assertThat(asked).isNotEmpty().isSubsetOf(granted(manifests));
    assertThat(asked).anyMatch(each -> each.contains("/shop/"));
    assertThat(asked).anyMatch(each -> each.contains("/front/"));
  }

  /** Follows the target as the pod {@code web-zone-a} until it knows where its like are. */
  private static void follow(Path kubeconfig, String target) throws Exception {
    OwnPod web = new OwnPod("zone-a", "test", "node-a", "front", "web-zone-a", null, Set.of());
    try (ServiceDiscovery discovery =
            ServiceDiscovery.builder()
                .cluster(ClusterConfig.kubeconfig(kubeconfig))
                .ownPod(web)
                .build();
        ServiceWatch watch = discovery.watch(target)) {
      assertThat(watch.whenSynced().get(10, TimeUnit.SECONDS).eligible())
          .hasSize(EmbeddedCluster.ZONES.size())
          .allSatisfy(endpoint -> assertThat(endpoint.port()).isEqualTo(8080));
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(watch.view().routing().callersSource()).contains("front/web"));
    }
  }

  private static Set<String> granted(Manifests manifests) {
    Set<String> granted = new TreeSet<>();
    for (V1Role role : manifests.all(V1Role.class)) {
      for (V1PolicyRule rule : role.getRules()) {
        List<String> verbs = rule.getVerbs();
        verbs.forEach(verb -> granted.add(verb + " " + path(rule, role)));
      }
    }
    return granted;
  }

  private static String path(V1PolicyRule rule, V1Role role) {
    return String.join(
        "/",
        "",
        "apis",
        rule.getApiGroups().get(0),
        "v1",
        "namespaces",
        role.getMetadata().getNamespace(),
        rule.getResources().get(0));
  }
}
