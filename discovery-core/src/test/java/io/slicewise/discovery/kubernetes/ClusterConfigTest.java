package io.slicewise.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.openapi.ApiClient;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a configuration is found, and what is said when it is not. */
class ClusterConfigTest {

  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: test
      clusters:
      - {name: kind, cluster: {server: "https://10.1.1.1:6443/"}}
      - {name: bare, cluster: {server: "10.2.2.2:6443"}}
      - {name: empty, cluster: {}}
      users:
      - {name: dev, user: {token: secret}}
      contexts:
      - {name: test, context: {cluster: kind, user: dev, namespace: shop}}
      - {name: anonymous, context: {cluster: bare}}
      - {name: lost, context: {cluster: gone, user: dev}}
      - {name: nobody, context: {cluster: kind, user: gone}}
      - {name: nowhere, context: {cluster: empty, user: dev}}
      - {name: void, context: {user: dev}}
      """;
  private static final Map<String, String> POD =
      Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "6443");

  private @TempDir Path directory;

  @Test
  void prefersTheClusterOfItsOwnPod() throws Exception {
    writeKubeconfig(directory.resolve(".kube/config"));

    ClusterConfig config = ClusterConfig.detect(POD, directory, serviceAccount("payments\n"));

    assertThat(config.server()).isEqualTo("https://10.0.0.1:6443");
    assertThat(config.defaultNamespace()).isEqualTo("payments");
  }

  @Test
  void usesAKubeconfigWhereNoTokenIsMounted() throws Exception {
    writeKubeconfig(directory.resolve(".kube/config"));

    ClusterConfig config = ClusterConfig.detect(POD, directory, directory.resolve("none"));

    assertThat(config.server()).isEqualTo("https://10.1.1.1:6443");
    assertThat(config.defaultNamespace()).isEqualTo("shop");
    assertThat(config.toString()).contains("context test of").doesNotContain("secret");
  }

  @Test
  void takesTheFirstFileOfTheListThatExists() throws Exception {
    Path second = writeKubeconfig(directory.resolve("second"));
    String list = directory.resolve("first") + File.pathSeparator + second;

    ClusterConfig config =
        ClusterConfig.detect(Map.of("KUBECONFIG", list), directory, directory.resolve("none"));

    assertThat(config.toString()).contains(second.toString());
  }

  @Test
  void namesAllPlacesWhereItLooked() {
    Path none = directory.resolve("none");

    assertThatThrownBy(() -> ClusterConfig.detect(Map.of(), directory, none))
        .isInstanceOf(ClusterConfigException.class)
        .hasMessageContaining(none.resolve("token").toString())
        .hasMessageContaining(directory.resolve(".kube/config").toString())
        .hasMessageContaining("KUBECONFIG is not set");
    assertThatThrownBy(() -> ClusterConfig.detect(Map.of("KUBECONFIG", "/nope"), directory, none))
        .hasMessageContaining("no file of KUBECONFIG=/nope exists");
    assertThatThrownBy(() -> ClusterConfig.detect(Map.of(), directory, serviceAccount("")))
        .hasMessageContaining("KUBERNETES_SERVICE_HOST is not set");
  }

  @Test
  void bracketsAnIpv6Host() throws Exception {
    Map<String, String> environment = Map.of("KUBERNETES_SERVICE_HOST", "fd00::1");

    assertThat(ClusterConfig.inCluster(environment, serviceAccount("a")).server())
        .isEqualTo("https://[fd00::1]:443");
  }

  @Test
  void fallsBackToTheNamespaceDefault() throws Exception {
    Path account = serviceAccount(" \n");
    assertThat(ClusterConfig.inCluster(POD, account).defaultNamespace()).isEqualTo("default");
    Files.delete(account.resolve("namespace"));
    assertThat(ClusterConfig.inCluster(POD, account).defaultNamespace()).isEqualTo("default");
  }

  @Test
  void refusesAPodWithoutItsFiles() throws Exception {
    Path account = serviceAccount("a");
    URI server = URI.create("https://10.0.0.1");

    Files.delete(account.resolve("ca.crt"));
    assertThatThrownBy(() -> ClusterConfig.inCluster(account, server))
        .hasMessageContaining(account.resolve("ca.crt").toString());
    Files.delete(account.resolve("token"));
    assertThatThrownBy(() -> ClusterConfig.inCluster(account, server))
        .hasMessageContaining(account.resolve("token").toString())
        .hasMessageContaining("automountServiceAccountToken");
    assertThatThrownBy(() -> ClusterConfig.inCluster(Map.of(), account))
        .hasMessageContaining("KUBERNETES_SERVICE_HOST is not set");
    Map<String, String> badPort =
        Map.of("KUBERNETES_SERVICE_HOST", "h", "KUBERNETES_SERVICE_PORT", "x y");
    assertThatThrownBy(() -> ClusterConfig.inCluster(badPort, account))
        .isInstanceOf(ClusterConfigException.class);
  }

  @Test
  void usesTheContextThatIsAskedFor() throws Exception {
    Path file = writeKubeconfig(directory.resolve("config"));

    ClusterConfig config = ClusterConfig.kubeconfig(file, "anonymous");

    assertThat(config.server()).isEqualTo("https://10.2.2.2:6443");
    assertThat(config.defaultNamespace()).isEqualTo("default");
  }

  @Test
  void saysWhichContextsThereAre() throws Exception {
    Path file = writeKubeconfig(directory.resolve("config"));

    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file, "prod"))
        .isInstanceOf(ClusterConfigException.class)
        .hasMessage(
            file
                + ": no context prod (expected: one of [anonymous, lost, nobody, nowhere, test,"
                + " void])");
  }

  @Test
  void saysWhatAContextLacks() throws Exception {
    Path file = writeKubeconfig(directory.resolve("config"));

    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file, "lost"))
        .hasMessage(file + ": no cluster gone (expected: one of [bare, empty, kind])");
    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file, "nobody"))
        .hasMessage(file + ": no user gone (expected: one of [dev])");
    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file, "nowhere"))
        .hasMessage(file + ": cluster empty has no server");
    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file, "void"))
        .hasMessage(file + ": context void names no cluster");
  }

  @Test
  void saysThatAFileIsMissing() {
    Path file = directory.resolve("nope");

    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file))
        .isInstanceOf(ClusterConfigException.class)
        .hasMessage("no kubeconfig: " + file + " does not exist");
  }

  @Test
  void asksForAContextWhereNoneIsCurrent() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("config"), KUBECONFIG.replace("current-context: test", ""));

    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file))
        .hasMessageStartingWith(file + ": no current-context (expected: one of [");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "[secret]", "a: [secret", "contexts: secret", "\tsecret"})
  void refusesWhatIsNoKubeconfigWithoutQuotingIt(String content) throws Exception {
    Path file = Files.writeString(directory.resolve("config"), content);

    assertThatThrownBy(() -> ClusterConfig.kubeconfig(file))
        .isInstanceOf(ClusterConfigException.class)
        .hasNoCause()
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("secret")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void takesAClientOfTheApplicationsOwn() {
    ApiClient client = new ApiClient().setBasePath("https://10.3.3.3/k8s/");

    ClusterConfig config = ClusterConfig.of(client, "shop");

    assertThat(config.server()).isEqualTo("https://10.3.3.3/k8s");
    assertThat(config.defaultNamespace()).isEqualTo("shop");
  }

  private Path serviceAccount(String namespace) throws IOException {
    Path account = Files.createDirectories(directory.resolve("serviceaccount"));
    Files.writeString(account.resolve("token"), "t");
    Files.writeString(account.resolve("ca.crt"), "c");
    Files.writeString(account.resolve("namespace"), namespace);
    return account;
  }

  private static Path writeKubeconfig(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, KUBECONFIG);
  }
}
