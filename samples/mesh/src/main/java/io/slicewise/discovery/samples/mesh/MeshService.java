package io.slicewise.discovery.samples.mesh;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.http.ServiceHttpClient;
import io.slicewise.discovery.policy.EndpointFilter;
import java.io.IOException;
import java.net.ConnectException;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One Service of the mesh, called over mutual TLS: by its canary where the call's key says so, and
 * by its other endpoints where not, or where the canary has no endpoint to call. Thread safe.
 *
 * <p>Two clients with two filters: each has zone shares and a memory of failures of its own, so
 * that a canary that fails changes nothing for the others. Both watch by one stream.
 */
public final class MeshService implements AutoCloseable {

  private final Canary canary;
  private final ServiceHttpClient stableClient;
  private final ServiceHttpClient canaryClient;

  MeshService(
      String target,
      ServiceDiscovery discovery,
      MutualTls tls,
      Canary canary,
      ZoneMetrics metrics) {
    this.canary = requireNonNull(canary, "canary");
    this.stableClient =
        client(target, discovery, canary.others(), tls, metrics.of(target, "stable"));
    this.canaryClient =
        client(target, discovery, canary.endpoints(), tls, metrics.of(target, "canary"));
  }

  private static ServiceHttpClient client(
      String target,
      ServiceDiscovery discovery,
      EndpointFilter filter,
      MutualTls tls,
      EventListener.Factory meters) {
    return ServiceHttpClient.builder(target, discovery)
        .scheme("https")
        .watch(WatchOptions.DEFAULTS.withFilter(filter))
        .configure(client -> tls.configure(client).eventListenerFactory(meters))
        .build();
  }

  /** Gets a path of the Service; see {@link #send}. */
  public Response get(String path, String key) throws IOException {
    return send(stableClient.request(path).build(), key);
  }

  /**
   * Sends a request to a pod and returns once the headers of the answer are there; close it.
   *
   * @param request to a path of the Service, see {@link #request}
   * @param key decides whether the canary gets it
   * @throws IOException if there is no answer, also after another pod was tried where that is safe
   */
  public Response send(Request request, String key) throws IOException {
    if (canary.takes(key) && !canaryClient.watch().view().eligible().isEmpty()) {
      try {
        return canaryClient.send(request);
      } catch (ConnectException e) {
        if (!(e.getCause() instanceof NoEndpointException)) {
          throw e;
        }
        // Its last endpoint has gone since we looked; nothing was sent.
      }
    }
    return stableClient.send(request);
  }

  /** Returns a request to a path of the Service, {@code GET} until it is told otherwise. */
  public Request.Builder request(String path) {
    return stableClient.request(path);
  }

  /** The watch of the endpoints that are not the canary's. */
  public ServiceWatch stable() {
    return stableClient.watch();
  }

  /** The watch of the canary's endpoints. */
  public ServiceWatch canary() {
    return canaryClient.watch();
  }

  /** Lets the Service go; calls under way end as they would. Idempotent. */
  @Override
  public void close() {
    stableClient.close();
    canaryClient.close();
  }
}
