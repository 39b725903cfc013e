package io.slicewise.discovery.http;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An HTTP client of one Service: each call goes to a pod that is picked for it, directly. Thread
 * safe; keep one for each Service.
 *
 * <pre>{@code
 * try (ServiceHttpClient checkout = ServiceHttpClient.to("checkout.shop:http", discovery)) {
 *   try (Response response = checkout.get("/orders/7")) {
 *     System.out.println(response.body().string());
 *   }
 * }
 * }</pre>
 *
 * <p>URLs are the Service's, a path or a whole one: {@code http://checkout.shop/orders}. A URL
 * without a port means the target's port, a port in it is read as in a target. {@code Host}, SNI
 * and the certificate check go by the URL, only the connection goes to the pod. Proxies are not
 * used. A redirect inside the Service stays at the pod; one that leaves it is followed as by any
 * client.
 *
 * <p>A call counts as in flight until its response is closed or read to the end: close responses.
 * How it went is remembered: a connection that cannot be made or breaks and the statuses 502, 503
 * and 504 speak against the pod, a cancelled call or one that timed out for nothing.
 *
 * <p>A call is sent once more, to another pod, if certainly nothing was done with it (no
 * connection, an HTTP/2 stream that was refused), or if its method is idempotent (RFC 9110) and the
 * connection broke before the answer or the answer was 502, 503 or 504. Not if its body can be
 * written only once and was begun; not after a timeout, unless of the connect; and not beyond the
 * budget. Redirects and authenticators aside, nothing else sends a request again: OkHttp's own
 * recovery is switched off.
 *
 * <p>{@code response.request().tag(Endpoint.class)} is the pod that was picked.
 *
 * <p>It is a {@link Call.Factory}, so Retrofit and the like take it as it is.
 */
public final class ServiceHttpClient implements Call.Factory, AutoCloseable {

  private final OkHttpClient client;
  private final ServiceUrls urls;
  private final Upstreams upstreams;
  private final Runnable onClose;

  ServiceHttpClient(OkHttpClient client, ServiceUrls urls, Upstreams upstreams, Runnable onClose) {
    this.client = client;
    this.urls = urls;
    this.upstreams = upstreams;
    this.onClose = onClose;
  }

  /**
   * Returns a client with all defaults. It begins to follow the Service and does not wait for it.
   *
   * @param target see {@link io.slicewise.discovery.model.ServiceTarget} for its spellings
   * @throws IllegalArgumentException if {@code target} cannot be read
   */
  public static ServiceHttpClient to(String target, ServiceDiscovery discovery) {
    return builder(target, discovery).build();
  }

  /**
   * Returns a builder with all defaults.
   *
   * @param target see {@link io.slicewise.discovery.model.ServiceTarget} for its spellings
   * @throws IllegalArgumentException if {@code target} cannot be read
   */
  public static ServiceHttpClientBuilder builder(String target, ServiceDiscovery discovery) {
    return new ServiceHttpClientBuilder(target, discovery);
  }

  /**
   * Returns a request to a path of the Service, {@code GET} until it is told otherwise.
   *
   * @param pathOrUrl {@code /orders?state=open}, or a whole URL of the Service
   * @throws IllegalArgumentException if it is the URL of something else
   */
  public Request.Builder request(String pathOrUrl) {
    return new Request.Builder().url(urls.resolve(pathOrUrl));
  }

  /**
   * Returns a call that is ready to be executed, once, or enqueued. The pod is picked then; while
   * no pod is known it waits for the first view, on the thread that executes it.
   *
   * @throws IllegalArgumentException if the URL is not one of this Service
   * @throws IllegalStateException if this client is closed
   */
  @Override
  public Call newCall(Request request) {
    HttpUrl url = urls.require(request.url());
    upstreams.requireOpen();
    Upstream unused = upstreams.of(url);
    return client.newCall(request);
  }

  /**
   * Gets a path of the Service and returns once the headers of the answer are there.
   *
   * @throws IOException if there is no answer; a {@link java.net.ConnectException} caused by {@link
   *     io.slicewise.discovery.balance.NoEndpointException} if there is no pod to call
   */
  public Response get(String pathOrUrl) throws IOException {
    return send(request(pathOrUrl).build());
  }

  /**
   * Sends a request and returns once the headers of the answer are there.
   *
   * @throws IOException as {@link #get}
   */
  public Response send(Request request) throws IOException {
    return newCall(request).execute();
  }

  /**
   * Sends a request on a thread of the dispatcher. Cancelling the future cancels the call; a
   * response that comes too late for that is closed. Actions that depend on it run on that thread.
   *
   * @return completes with the response once its headers are there; fails as {@link #get}
   */
  public CompletableFuture<Response> sendAsync(Request request) {
    Call call = newCall(request);
    CompletableFuture<Response> future = new CompletableFuture<>();
    future.whenComplete(
        (response, failure) -> {
          if (future.isCancelled()) {
            call.cancel();
          }
        });
    call.enqueue(
        new Callback() {
          @Override
          public void onResponse(Call answered, Response response) {
            if (!future.complete(response)) {
              response.close();
            }
          }

          @Override
          public void onFailure(Call failed, IOException failure) {
            future.completeExceptionally(failure);
          }
        });
    return future;
  }

  /** The watch of the target: its view, and the verdict on every pod. Closed with this client. */
  public ServiceWatch watch() {
    return upstreams.own().watch();
  }

  /**
   * Lets the Service go and closes the connections that no call uses. Calls under way end as they
   * would, their connections with them; there are no new ones. Idempotent, does not wait.
   */
  @Override
  public void close() {
    upstreams.close();
    onClose.run();
  }
}
