package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Calls with the JDK's own client. Thread safe. Interrupting the thread cancels its call.
 *
 * <p>That client knows nothing but URLs, so that the URL has the address of the pod, and everything
 * that a URL says of the Service has to be said otherwise:
 *
 * <ul>
 *   <li>{@code Host} may be set only if the JVM was started with {@code
 *       -Djdk.httpclient.allowRestrictedHeaders=host}; otherwise building the request fails.
 *   <li>With HTTP/2 it does not help, because {@code :authority} is that of the URL: HTTP/1.1.
 *   <li>SNI is what the client's {@code SSLParameters} say, one client for each Service. The
 *       certificate has to bear that name, or the address of the pod.
 *   <li>A GET whose connection is closed without an answer is sent once more to the same pod before
 *       it fails here, and that cannot be switched off.
 *   <li>Redirects lead away from Slicewise, and are not followed.
 * </ul>
 */
final class JdkHttpCalls {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ServiceWatch watch;
  private final URI service;
  private final HttpClient client;

  /**
   * Creates calls of one Service.
   *
   * @param service its scheme and its name, {@code http://checkout.shop.svc}
   * @param client see {@link #newClient}
   */
  JdkHttpCalls(ServiceWatch watch, URI service, HttpClient client) {
    this.watch = watch;
    this.service = service;
    this.client = client;
  }

  // region readme
  /** Returns a client for one Service and no other, because of the name in its TLS parameters. */
  static HttpClient newClient(URI service, SSLContext tls) {
    SSLParameters parameters = tls.getDefaultSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(service.getHost())));
    return HttpClient.newBuilder()
        .version(Version.HTTP_1_1)
        .sslContext(tls)
        .sslParameters(parameters)
        .proxy(HttpClient.Builder.NO_PROXY)
        .followRedirects(Redirect.NEVER)
        .connectTimeout(Duration.ofSeconds(1))
        .build();
  }

  /** Gets a path, from another pod if the first cannot serve. */
  Answer get(String path) throws IOException, InterruptedException {
    Lease first = watch.acquire();
    try {
      Answer answer = send(first, path);
      if (!answer.isUnavailable()) {
        return answer;
      }
    } catch (IOException e) {
      if (!isConnectionFailure(e)) {
        throw e;
      }
    }
    return send(watch.acquireOther(List.of(first.endpoint())), path);
  }

  private Answer send(Lease lease, String path) throws IOException, InterruptedException {
    try (lease) { // an interrupt says nothing of the pod
      String pod = service.getScheme() + "://" + lease.endpoint().authority();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(pod + path))
              .setHeader("Host", service.getAuthority())
              .timeout(PATIENCE)
              .build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      Answer answer = new Answer(response.statusCode(), response.body());
      lease.end(answer.isUnavailable() ? Outcome.FAILURE : Outcome.SUCCESS);
      return answer;
    } catch (IOException e) {
      lease.end(isConnectionFailure(e) ? Outcome.FAILURE : Outcome.UNKNOWN);
      throw e;
    }
  }

  /** Whether it speaks against the pod. That our patience ended does not, but in connecting. */
  private static boolean isConnectionFailure(IOException e) {
    return e instanceof HttpConnectTimeoutException || !(e instanceof HttpTimeoutException);
  }
  // endregion
}
