package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A plain HTTP client of the server under test. */
final class TestClient {

  static final String SLICES = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
  static final String ALL_SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
  static final String SERVICES = "/api/v1/namespaces/shop/services";

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

  private final HttpClient http;
  private final EmbeddedApiServer server;
  private final String token;

  private TestClient(EmbeddedApiServer server, HttpClient http, String token) {
    this.server = server;
    this.http = http;
    this.token = token;
  }

  static TestClient http2(EmbeddedApiServer server) {
    return of(server, HttpClient.Version.HTTP_2);
  }

  static TestClient http1(EmbeddedApiServer server) {
    return of(server, HttpClient.Version.HTTP_1_1);
  }

  static TestClient of(EmbeddedApiServer server, HttpClient.Version version) {
    HttpClient.Builder builder = HttpClient.newBuilder().version(version);
    if (server.uri().getScheme().equals("https")) {
      builder.sslContext(trusting(server.caCertificate()));
    }
    return new TestClient(server, builder.build(), server.token());
  }

  TestClient withToken(String other) {
    return new TestClient(server, http, other);
  }

  static SSLContext trusting(String pem) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Begins a request. Its answer must begin within the limit: JDK 17's client waits for ever when a
   * pooled HTTP/2 connection dies just as a request is handed to it, as after a kill.
   */
  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri() + path)).timeout(ANSWER_LIMIT);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).build());
  }

  /** The body of a successful GET. */
  JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return Json.parse(response.body());
  }

  HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(method, path, body, "application/json");
  }

  HttpResponse<String> send(String method, String path, String body, String contentType)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  HttpResponse<InputStream> stream(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  WatchStream watch(String path) throws IOException, InterruptedException {
    return new WatchStream(stream(request(path).build()));
  }
}
