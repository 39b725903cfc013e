package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.ALL_SLICES;
import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ApiServerExtension.class)
class AccessTest {

  @Test
  void withoutAGoodTokenItIsUnauthorized(EmbeddedApiServer server) throws Exception {
    TestClient client = TestClient.http2(server);
    for (String token : new String[] {"", "wrong"}) {
      HttpResponse<String> response = client.withToken(token).get(SLICES);
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body())
          .isEqualTo(
              "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                  + "\"message\":\"Unauthorized\",\"reason\":\"Unauthorized\",\"code\":401}\n");
    }
    assertThat(client.get(SLICES).statusCode()).isEqualTo(200);
  }

  @Test
  void aReplacedTokenIsWorthNothingButItsWatchesGoOn(EmbeddedApiServer server) throws Exception {
    TestClient old = TestClient.http2(server);
    try (WatchStream watch = old.watch(SLICES + "?watch=true")) {
      server.replaceToken("fresh");
      assertThat(old.get(SLICES).statusCode()).isEqualTo(401);
      assertThat(old.withToken("fresh").get(SLICES).statusCode()).isEqualTo(200);
      assertThat(server.token()).isEqualTo("fresh");
      server.cluster().service("shop", "web");
      assertThat(watch.nextSummary()).startsWith("ADDED web-");
    }
  }

  @Test
  void aForbiddenVerbNamesUserVerbResourceAndNamespace(EmbeddedApiServer server, Faults faults)
      throws Exception {
    TestClient client = TestClient.http2(server);
    faults.forbid("list", "endpointslices", "shop");
    HttpResponse<String> response = client.get(SLICES);
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body())
        .contains(
            "endpointslices.discovery.k8s.io is forbidden: User"
                + " \\\"system:serviceaccount:default:default\\\" cannot list resource"
                + " \\\"endpointslices\\\" in API group \\\"discovery.k8s.io\\\" in the namespace"
                + " \\\"shop\\\"");
    assertThat(client.get(SLICES.replace("shop", "bank")).statusCode()).isEqualTo(200);
    assertThat(client.get(ALL_SLICES).statusCode()).isEqualTo(200);

    faults.forbid("*", "*", null);
    assertThat(client.get(ALL_SLICES).body()).contains("at the cluster scope");
    assertThat(client.get("/api/v1/nodes/n").body())
        .contains("nodes \\\"n\\\" is forbidden")
        .contains("in API group \\\"\\\"");

    faults.allowAll();
    assertThat(client.get(SLICES).statusCode()).isEqualTo(200);
  }

  @Test
  void anotherTokenIsAnotherUser(EmbeddedApiServer server, Faults faults) throws Exception {
    server.addToken("other", "reader");
    faults.forbid("list", "*", null);
    assertThat(TestClient.http2(server).withToken("other").get(SLICES).body())
        .contains("User \\\"reader\\\" cannot list");
  }

  @Test
  void methodsThatNoObjectHasAreNotAllowed(EmbeddedApiServer server) throws Exception {
    HttpResponse<String> response = TestClient.http2(server).send("PUT", SLICES, "{}");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.body()).contains("\"reason\":\"MethodNotAllowed\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/version", "/healthz", "/readyz", "/livez"})
  void anybodyMayAskWhetherItLives(String path) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      assertThat(TestClient.http2(server).withToken("").get(path).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api", "/apis", "/api/v1", "/apis/discovery.k8s.io/v1", "/openapi/v3"})
  void itSaysWhichApisThereAre(String path) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      TestClient client = TestClient.http2(server);
      assertThat(client.get(path).statusCode()).isEqualTo(200);
      assertThat(client.withToken("").get(path).statusCode()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/apis/apps/v1/deployments", "/api/v1/pods", "/nosuch", "/api/v1/nodes/a/b/c"})
  void aPathThatNoApiServesIsNotFound(String path) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      HttpResponse<String> response = TestClient.http2(server).get(path);
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).isEqualTo("404 page not found\n");
    }
  }

  @Test
  void aClientCertificateIsAsGoodAsAToken(EmbeddedApiServer server) throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(withClientCertificate(server)).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create(server.uri() + SLICES)).build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    server.faults().forbid("list", "*", null);
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
        .contains("User \\\"slicewise-client\\\"");
  }

  private static SSLContext withClientCertificate(EmbeddedApiServer server) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    String der = server.clientKey().replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(der)));
    store.setKeyEntry(
        "client", key, new char[0], new Certificate[] {certificate(server.clientCertificate())});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    authorities.setCertificateEntry("ca", certificate(server.caCertificate()));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static Certificate certificate(String pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void kubeconfigAndServiceAccountAreWritten(EmbeddedApiServer server, @TempDir Path directory)
      throws Exception {
    assertThat(Files.readString(server.writeKubeconfig(directory)))
        .contains("server: " + server.uri())
        .contains("token: " + server.token())
        .contains("certificate-authority-data: ")
        .contains("namespace: default");
    assertThat(server.kubeconfigWithClientCertificate())
        .contains("client-certificate-data: ")
        .contains("client-key-data: ")
        .doesNotContain("token:");
    server.writeServiceAccount(directory.resolve("account"), "shop");
    assertThat(directory.resolve("account/token")).hasContent(server.token());
    assertThat(directory.resolve("account/namespace")).hasContent("shop");
    assertThat(directory.resolve("account/ca.crt")).hasContent(server.caCertificate());
  }
}
