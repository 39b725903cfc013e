package io.slicewise.discovery.kubernetes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.kubernetes.client.util.SSLUtils;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.testkit.FakeClock;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client certificates with RSA keys, as kubeadm makes them, in both of their PEM forms. */
class RsaCertificateTest {

  private @TempDir Path directory;
  private PrivateKey key;
  private X509Certificate certificate;
  private WireMockServer server;

  @BeforeEach
  void start() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    key = keys.getPrivate();
    X500Name name = new X500Name("O=system:masters,CN=admin");
    Instant now = Instant.now();
    certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        Date.from(now.minusSeconds(60)),
                        Date.from(now.plusSeconds(3600)),
                        name,
                        keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(key)));
    server =
        new WireMockServer(
            wireMockConfig()
                .dynamicPort()
                .dynamicHttpsPort()
                .needClientAuth(true)
                .trustStoreType("PKCS12")
                .trustStorePath(writeTrustStore().toString())
                .trustStorePassword("changeit"));
    server.start();
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/json")
                    .withBody(WireSamples.list("17", ""))));
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void identifies(boolean pkcs8) throws Exception {
    String pem =
        pkcs8 ? pem("PRIVATE KEY", key.getEncoded()) : new String(SSLUtils.dumpKey(key), UTF_8);
    assertThat(pem).startsWith(pkcs8 ? "-----BEGIN PRIVATE" : "-----BEGIN RSA PRIVATE");
    Path file = writeKubeconfig(pem);
    try (ApiServerSource source =
        new ApiServerSource(
            ClusterConfig.kubeconfig(file), ReaderThreads.daemons(), new FakeClock())) {
      RecordingHandler handler = new RecordingHandler();
      source.start(Requests.list("checkout"), handler);

      assertThat(handler.awaitEnd()).isEqualTo(ExchangeEnd.listed("17", null));
    }
  }

  private Path writeTrustStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("client", certificate);
    Path file = directory.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    return file;
  }

  private Path writeKubeconfig(String keyPem) throws Exception {
    Files.writeString(directory.resolve("client.key"), keyPem);
    Files.writeString(
        directory.resolve("client.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters:
        - {name: test, cluster: {server: "https://localhost:%d", insecure-skip-tls-verify: true}}
        users:
        - {name: test, user: {client-certificate: client.crt, client-key: client.key}}
        """
            .formatted(server.httpsPort()));
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
  }
}
