package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.source.ExchangeEnd.Kind.COMPLETE;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.NOT_LISTENING;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.REFUSED;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNREACHABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.FakeClock;
import io.slicewise.discovery.testkit.RecordedRequest;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way to identify oneself, over TLS, with the parts of the official client that this project
 * excludes from its class path missing.
 */
class CredentialsTest {

  private final FakeClock clock = new FakeClock();
  private @TempDir Path directory;
  private EmbeddedApiServer server;
  private ApiServerSource source;

  @BeforeEach
  void start() {
    server = EmbeddedApiServer.start();
  }

  @AfterEach
  void stop() {
    if (source != null) {
      source.close();
    }
    server.close();
  }

  @Test
  void identifiesByServiceAccount() throws Exception {
    useServiceAccount();

    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(bearers()).containsExactly("Bearer " + server.token());
  }

  @Test
  void readsTheTokenAgainAfterARefusalWithinTheSameExchange() throws Exception {
    useServiceAccount();
    assertThat(list().kind()).isEqualTo(COMPLETE);
    server.replaceToken("rotated");
    Files.writeString(account().resolve("token"), "rotated");

    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(server.requests())
        .extracting(RecordedRequest::status)
        .containsExactly(200, 401, 200);
  }

  @Test
  void reportsARefusalOfTheNewTokenToo() throws Exception {
    useServiceAccount();
    server.replaceToken("rotated");

    ExchangeEnd end = list();

    assertThat(end.kind()).isEqualTo(REFUSED);
    assertThat(end.status().code()).isEqualTo(401);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void followsATokenThatIsRotatedBeforeItExpires() throws Exception {
    useServiceAccount();
    assertThat(list().kind()).isEqualTo(COMPLETE);
    server.addToken("rotated", "system:serviceaccount:default:default");
    Files.writeString(account().resolve("token"), "rotated");
    clock.advance(Duration.ofSeconds(10));

    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(bearers()).containsExactly("Bearer " + server.token(), "Bearer rotated");
  }

  @Test
  void reportsThatThereIsNoToken() throws Exception {
    useServiceAccount();
    Files.delete(account().resolve("token"));

    ExchangeEnd end = list();

    assertThat(end.kind()).isEqualTo(UNREACHABLE);
    assertThat(end.message()).startsWith("no bearer token: " + account().resolve("token"));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void trustsAReplacedAuthorityAtOnceAfterAFailedHandshake() throws Exception {
    try (EmbeddedApiServer former = EmbeddedApiServer.start()) {
      useServiceAccount();
      Files.writeString(account().resolve("ca.crt"), former.caCertificate());

      ExchangeEnd end = list();
      assertThat(end.kind()).isEqualTo(UNREACHABLE);
      assertThat(end.message()).contains("TLS handshake failed").contains("ca.crt");

      Files.writeString(account().resolve("ca.crt"), server.caCertificate());
      assertThat(list().kind()).isEqualTo(COMPLETE);
    }
  }

  @Test
  void looksForAReplacedAuthorityEachMinuteWhileStreamsGoOn() throws Exception {
    useServiceAccount();
    RecordingHandler watch = new RecordingHandler();
    source.start(Requests.watchList("checkout"), watch);
    watch.awaitInitialEvents();
    try (EmbeddedApiServer other = EmbeddedApiServer.start()) {
      Files.writeString(account().resolve("ca.crt"), other.caCertificate());
      clock.advance(Duration.ofSeconds(59));
      assertThat(list().kind()).isEqualTo(COMPLETE);
      clock.advance(Duration.ofSeconds(1));

      assertThat(list().kind()).isEqualTo(UNREACHABLE);
    }
    server.cluster().service("shop", "checkout").port("http", 80);
    assertThat(watch.awaitEvent().slice().service()).isEqualTo("checkout");
  }

  @Test
  void keepsTheAuthorityWhenItsFileIsBroken() throws Exception {
    useServiceAccount();
    assertThat(list().kind()).isEqualTo(COMPLETE);
    for (String content : List.of("", "-----BEGIN CERTIFICATE-----\nrubbish")) {
      Files.writeString(account().resolve("ca.crt"), content);
      clock.advance(Duration.ofMinutes(1));
      assertThat(list().kind()).isEqualTo(COMPLETE);
    }
  }

  @Test
  void identifiesByTokenFileBesideTheKubeconfig() throws Exception {
    Files.writeString(directory.resolve("my-token"), server.token() + "\n");
    useUser("tokenFile: my-token");

    assertThat(list().kind()).isEqualTo(COMPLETE);
  }

  @Test
  void readsTheKubeconfigAgainAfterARefusal() throws Exception {
    useUser("token: outdated");
    assertThat(list().status().code()).isEqualTo(401);
    writeKubeconfig("token: " + server.token());

    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(server.requests())
        .extracting(RecordedRequest::status)
        .containsExactly(401, 401, 401, 200);
  }

  @Test
  void identifiesByEllipticCurveCertificate() throws Exception {
    String inline =
        "client-certificate-data: %s\n    client-key-data: %s"
            .formatted(base64(server.clientCertificate()), base64(server.clientKey()));
    useUser(inline);

    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(bearers()).containsExactly("");
  }

  @Test
  void identifiesByCertificateFilesBesideTheKubeconfig() throws Exception {
    Files.writeString(directory.resolve("client.crt"), server.clientCertificate());
    Files.writeString(directory.resolve("client.key"), server.clientKey());
    useUser("client-certificate: client.crt\n    client-key: client.key");

    assertThat(list().kind()).isEqualTo(COMPLETE);
  }

  @Test
  void saysWhichFileOfAKubeconfigIsMissingOrCannotBeRead() throws Exception {
    useUser("client-certificate: client.crt\n    client-key: client.key");

    ExchangeEnd end = list();

    assertThat(end.kind()).isEqualTo(UNREACHABLE);
    assertThat(end.message()).contains("client-certificate cannot be read").contains("client.crt");

    Files.writeString(directory.resolve("client.crt"), server.clientCertificate());
    Files.writeString(directory.resolve("client.key"), "rubbish");
    assertThat(list().kind()).isEqualTo(UNREACHABLE);
  }

  @Test
  void skipsVerificationWhenToldTo() throws Exception {
    writeKubeconfig("token: " + server.token());
    Path file = directory.resolve("kubeconfig");
    String text = Files.readString(file);
    Files.writeString(
        file, text.replaceAll("certificate-authority-data: .*", "insecure-skip-tls-verify: true"));
    use(ClusterConfig.kubeconfig(file));

    assertThat(list().kind()).isEqualTo(COMPLETE);
  }

  @Test
  void verifiesAnotherNameWhenToldTo() throws Exception {
    useCluster("tls-server-name: kubernetes.default.svc");
    assertThat(list().kind()).isEqualTo(COMPLETE);
    source.close();

    useCluster("tls-server-name: example.com");
    ExchangeEnd end = list();
    assertThat(end.kind()).isEqualTo(UNREACHABLE);
    assertThat(end.message()).contains("certificate is for other names");
  }

  @Test
  void goesThroughTheProxyOfAKubeconfig() throws Exception {
    useCluster("proxy-url: http://127.0.0.1:1");
    ExchangeEnd end = list();
    assertThat(end.kind()).isEqualTo(NOT_LISTENING);
    assertThat(server.requests()).isEmpty();
    source.close();

    useCluster("proxy-url: https://127.0.0.1:1");
    assertThat(list().message()).contains("proxy-url: scheme https (expected: http or socks5)");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the plugin is a shell script")
  void runsAPluginOnceUntilItsTokenExpires() throws Exception {
    String expiry = clock.instant().plusSeconds(60).toString();
    writePlugin("\"token\":\"'$(cat token)'\",\"expirationTimestamp\":\"" + expiry + "\"");
    Files.writeString(directory.resolve("token"), server.token());
    useUser("exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}");

    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(runs()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(60));
    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(runs()).isEqualTo(2);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the plugin is a shell script")
  void runsAPluginAgainAfterARefusal() throws Exception {
    writePlugin("\"token\":\"'$(cat token)'\"");
    Files.writeString(directory.resolve("token"), server.token());
    useUser("exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}");
    assertThat(list().kind()).isEqualTo(COMPLETE);
    server.replaceToken("rotated");
    Files.writeString(directory.resolve("token"), "rotated");

    assertThat(list().kind()).isEqualTo(COMPLETE);
    assertThat(runs()).isEqualTo(2);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the plugin is a shell script")
  void identifiesByTheCertificateOfAPlugin() throws Exception {
    writePlugin(
        "\"clientCertificateData\":\"%s\",\"clientKeyData\":\"%s\""
            .formatted(server.clientCertificate(), server.clientKey())
            .replace("\n", "\\n"));
    useUser("exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}");

    assertThat(list().kind()).isEqualTo(COMPLETE);
  }

  @Test
  void reportsThatAPluginCannotBeRun() throws Exception {
    useUser("exec: {apiVersion: client.authentication.k8s.io/v1, command: ./nope.sh}");

    ExchangeEnd end = list();

    assertThat(end.kind()).isEqualTo(UNREACHABLE);
    assertThat(end.message()).startsWith("exec plugin ./nope.sh: ");
  }

  @Test
  void sendsBasicAuthenticationAndNamesWhatIsNotSupported() throws Exception {
    useUser("username: dev\n    password: secret");
    assertThat(list().status().code()).isEqualTo(401);
    assertThat(bearers().get(0)).startsWith("Basic ");
    source.close();

    useUser("auth-provider: {name: oidc}");
    assertThat(list().message()).contains("auth-provider is not supported");
  }

  @Test
  void leavesAClientOfTheApplicationsOwnToItsOwner() throws Exception {
    KubeConfig parsed = KubeConfig.loadKubeConfig(new StringReader(server.kubeconfig()));
    use(ClusterConfig.of(ClientBuilder.kubeconfig(parsed).build(), "shop"));

    assertThat(list().kind()).isEqualTo(COMPLETE);
    server.replaceToken("rotated");
    assertThat(list().status().code()).isEqualTo(401);
    assertThat(server.requests()).hasSize(2);
  }

  private void useServiceAccount() throws IOException {
    server.writeServiceAccount(account(), "shop");
    use(ClusterConfig.inCluster(account(), server.uri()));
  }

  private void useUser(String user) throws IOException {
    use(ClusterConfig.kubeconfig(writeKubeconfig(user)));
  }

  private void useCluster(String setting) throws IOException {
    Path file = writeKubeconfig("token: " + server.token());
    String text = Files.readString(file);
    Files.writeString(file, text.replace("    server:", "    " + setting + "\n    server:"));
    use(ClusterConfig.kubeconfig(file));
  }

  private void use(ClusterConfig config) {
    source = new ApiServerSource(config, ReaderThreads.daemons(), clock);
  }

  private Path account() {
    return directory.resolve("serviceaccount");
  }

  private Path writeKubeconfig(String user) throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        current-context: test
        contexts:
        - {name: test, context: {cluster: test, user: test}}
        clusters:
        - name: test
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: test
          user:
            %s
        """
            .formatted(server.uri(), base64(server.caCertificate()), user));
  }

  private void writePlugin(String status) throws IOException {
    Path file = directory.resolve("plugin.sh");
    Files.writeString(
        file,
        """
        #!/bin/sh
        cd '%s' && echo run >> runs
        printf '%%s' '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",'
        printf '%%s' '"status":{%s}}'
        """
            .formatted(directory, status));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private int runs() throws IOException {
    return Files.readAllLines(directory.resolve("runs")).size();
  }

  private List<String> bearers() {
    return server.requests().stream()
        .map(request -> request.headers().getOrDefault("authorization", ""))
        .toList();
  }

  private ExchangeEnd list() throws Exception {
    RecordingHandler handler = new RecordingHandler();
    source.start(Requests.list("checkout"), handler);
    return handler.awaitEnd();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
