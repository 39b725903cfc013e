package io.slicewise.discovery.samples.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what. */
class AccessTest {

  private static final Path CLUSTER_ROLE = Path.of("overlays", "cluster-role");

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "spring", "http"})
  void eachNamespaceHasARoleThatIsBoundToTheCallers(String overlay) throws IOException {
    Manifests manifests = Manifests.of(Path.of("overlays", overlay));

    for (String namespace : List.of("shop", "front")) {
      V1RoleBinding binding = manifests.one(V1RoleBinding.class, namespace, "endpointslice-reader");
      assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
      assertThat(binding.getRoleRef().getApiGroup()).isEqualTo("rbac.authorization.k8s.io");
      V1Role role = manifests.one(V1Role.class, namespace, binding.getRoleRef().getName());
      assertReadsSlicesOnly(role.getRules());
      assertIsTheCallersAccount(manifests, binding.getSubjects());
    }
    assertThat(manifests.all(V1Role.class)).hasSize(2);
    assertThat(manifests.all(V1RoleBinding.class)).hasSize(2);
    assertThat(manifests.all(V1ClusterRole.class)).isEmpty();
    assertThat(manifests.all(V1ClusterRoleBinding.class)).isEmpty();
  }

  @Test
  void theClusterRoleTakesTheirPlace() throws IOException {
    Manifests manifests = Manifests.of(CLUSTER_ROLE);

    assertThat(manifests.all(V1Role.class)).isEmpty();
    assertThat(manifests.all(V1RoleBinding.class)).isEmpty();
    V1ClusterRole role = manifests.all(V1ClusterRole.class).get(0);
    V1ClusterRoleBinding binding = manifests.all(V1ClusterRoleBinding.class).get(0);
    assertReadsSlicesOnly(role.getRules());
    assertThat(binding.getRoleRef().getKind()).isEqualTo("ClusterRole");
    assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
    assertIsTheCallersAccount(manifests, binding.getSubjects());
  }

  private static void assertReadsSlicesOnly(List<V1PolicyRule> rules) {
    assertThat(rules)
        .containsExactly(
            new V1PolicyRule()
                .addApiGroupsItem("discovery.k8s.io")
                .addResourcesItem("endpointslices")
                .addVerbsItem("list")
                .addVerbsItem("watch"));
  }

  private static void assertIsTheCallersAccount(Manifests manifests, List<RbacV1Subject> subjects) {
    assertThat(subjects).hasSize(1);
    RbacV1Subject subject = subjects.get(0);
    assertThat(subject.getKind()).isEqualTo("ServiceAccount");
    assertThat(manifests.one(V1ServiceAccount.class, subject.getNamespace(), subject.getName()))
        .isNotNull();
    assertThat(Manifests.pod(manifests.client()).getServiceAccountName())
        .isEqualTo(subject.getName());
    assertThat(manifests.client().getMetadata().getNamespace()).isEqualTo(subject.getNamespace());
  }

  @Test
  void everyNamespaceIsThereAndRefusesPodsWithPrivileges() throws IOException {
    Manifests manifests = Manifests.of(CLUSTER_ROLE);
    List<String> namespaces =
        manifests.all(V1Namespace.class).stream()
            .map(each -> each.getMetadata().getName())
            .toList();

    assertThat(namespaces).containsExactlyInAnyOrder("shop", "front");
    assertThat(manifests.objects())
        .filteredOn(each -> each.getMetadata().getNamespace() != null)
        .hasSizeGreaterThan(6)
        .allSatisfy(each -> assertThat(each.getMetadata().getNamespace()).isIn(namespaces));
    assertThat(manifests.all(V1Namespace.class))
        .allSatisfy(
            each ->
                assertThat(each.getMetadata().getLabels())
                    .containsEntry("pod-security.kubernetes.io/enforce", "restricted"));
  }

  @Test
  void onlyCallersGetAToken() throws IOException {
    Manifests manifests = Manifests.of(CLUSTER_ROLE);

    assertThat(Manifests.pod(manifests.server()).getAutomountServiceAccountToken()).isFalse();
    assertThat(Manifests.pod(manifests.client()).getAutomountServiceAccountToken()).isTrue();
    assertThat(
            manifests.one(V1ServiceAccount.class, "front", "web").getAutomountServiceAccountToken())
        .isFalse();
  }
}
