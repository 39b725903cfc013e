package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Calls with Apache HttpClient 5. Thread safe. {@link HttpGet#cancel} cancels a call.
 *
 * <p>The URL is the Service's, and so are {@code Host}, SNI and the name that the certificate has
 * to bear. Where the connection goes is a {@link HttpHost} of its own, with the name of the Service
 * and the address of the pod; connections are pooled by all three, name, address and port.
 *
 * <ul>
 *   <li>HTTP/1.1, as everything in the classic client.
 *   <li>Its own retries go to the same pod and are off.
 *   <li>Redirects lead away from Slicewise, and are not followed.
 *   <li>A thread that waits for an answer cannot be interrupted, only its request cancelled; one
 *       that is cancelled while it connects may fail with an IllegalStateException.
 * </ul>
 */
final class ApacheHttpCalls {

  private final ServiceWatch watch;
  private final CloseableHttpClient client;

  /**
   * Creates calls of one Service.
   *
   * @param client see {@link #newClient}; may serve other Services too
   */
  ApacheHttpCalls(ServiceWatch watch, CloseableHttpClient client) {
    this.watch = watch;
    this.client = client;
  }

  // region readme
  /** Returns a client with a pool for each pod; its defaults are for a few slow hosts. */
  static CloseableHttpClient newClient(SSLContext tls) {
    ConnectionConfig connections =
        ConnectionConfig.custom().setConnectTimeout(Timeout.ofSeconds(1)).build();
    RequestConfig requests =
        RequestConfig.custom().setResponseTimeout(Timeout.ofSeconds(5)).build();
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                .setDefaultConnectionConfig(connections)
                .setMaxConnPerRoute(64) // to a pod
                .setMaxConnTotal(1024)
                .build())
        .setDefaultRequestConfig(requests)
        .evictIdleConnections(TimeValue.ofMinutes(1)) // to pods that are gone, above all
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .build();
  }

  /** Executes a request to a URL of the Service, at another pod if the first cannot serve. */
  Answer execute(HttpGet request) throws IOException {
    Lease first = watch.acquire();
    try {
      Answer answer = send(first, request);
      if (!answer.isUnavailable()) {
        return answer;
      }
    } catch (IOException e) {
      if (!isConnectionFailure(request, e)) {
        throw e;
      }
    }
    return send(watch.acquireOther(List.of(first.endpoint())), request);
  }

  private Answer send(Lease lease, HttpGet request) throws IOException {
    try (lease) {
      Endpoint pod = lease.endpoint();
      HttpHost target =
          new HttpHost(
              request.getScheme(),
              pod.socketAddress().getAddress(),
              request.getAuthority().getHostName(),
              pod.port());
      Answer answer =
          client.execute(
              target,
              request,
              response ->
                  new Answer(response.getCode(), EntityUtils.toString(response.getEntity())));
      lease.end(answer.isUnavailable() ? Outcome.FAILURE : Outcome.SUCCESS);
      return answer;
    } catch (IOException e) {
      lease.end(isConnectionFailure(request, e) ? Outcome.FAILURE : Outcome.UNKNOWN);
      throw e;
    }
  }

  /** Whether it speaks against the pod. That our patience ended does not, but in connecting. */
  private static boolean isConnectionFailure(HttpGet request, IOException e) {
    boolean ours = request.isCancelled() || e instanceof InterruptedIOException;
    return e instanceof ConnectTimeoutException || !ours;
  }
  // endregion
}
