package io.slicewise.discovery.samples.http;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.SslContext;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Calls with Reactor Netty. Thread safe, nothing blocks. Cancelling the subscription cancels the
 * call.
 *
 * <p>The remote address is that of the pod, under the name of the Service: SNI and the check of the
 * certificate go by that name. {@code Host} is a header like any other.
 *
 * <ul>
 *   <li>Connections are pooled by name, address and port.
 *   <li>Its own retry goes to the same pod and is off.
 *   <li>Redirects lead away from Slicewise, and are not followed.
 * </ul>
 */
final class ReactorNettyCalls {

  private final ServiceWatch watch;
  private final URI service;
  private final HttpClient client;

  /**
   * Creates calls of one Service.
   *
   * @param service its scheme and its name, {@code http://checkout.shop.svc}
   * @param client see {@link #newClient}
   */
  ReactorNettyCalls(ServiceWatch watch, URI service, HttpClient client) {
    this.watch = watch;
    this.service = service;
    this.client = client;
  }

  // region readme
  /** Returns a provider with a pool for each pod; those of pods that are gone go in a minute. */
  static ConnectionProvider newPools() {
    return ConnectionProvider.builder("checkout")
        .maxConnections(64) // to a pod
        .maxIdleTime(Duration.ofMinutes(1))
        .evictInBackground(Duration.ofSeconds(10))
        .disposeInactivePoolsInBackground(Duration.ofSeconds(10), Duration.ofMinutes(1))
        .build();
  }

  static HttpClient newClient(URI service, ConnectionProvider pools) {
    return HttpClient.create(pools)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 1000)
        .headers(headers -> headers.set(HttpHeaderNames.HOST, service.getAuthority()))
        .disableRetry(true); // which would go to the same pod
  }

  static HttpClient newClient(URI service, ConnectionProvider pools, SslContext tls) {
    return newClient(service, pools).secure(spec -> spec.sslContext(tls));
  }

  /** Gets a path, from another pod if the first cannot serve. */
  Mono<Answer> get(String path) {
    return Mono.defer(
        () -> {
          Lease first = watch.acquire();
          return send(first, path)
              .filter(answer -> !answer.isUnavailable())
              .onErrorResume(ReactorNettyCalls::isConnectionFailure, failure -> Mono.empty())
              .switchIfEmpty(
                  Mono.defer(() -> send(watch.acquireOther(List.of(first.endpoint())), path)));
        });
  }

  private Mono<Answer> send(Lease lease, String path) {
    return client
        .remoteAddress(() -> address(lease.endpoint()))
        .get()
        .uri(path)
        .responseSingle(
            (response, body) ->
                body.asString()
                    .defaultIfEmpty("")
                    .map(text -> new Answer(response.status().code(), text)))
        .timeout(Duration.ofSeconds(5))
        .doOnNext(answer -> lease.end(answer.isUnavailable() ? Outcome.FAILURE : Outcome.SUCCESS))
        .doOnError(e -> lease.end(isConnectionFailure(e) ? Outcome.FAILURE : Outcome.UNKNOWN))
        .doFinally(end -> lease.close()); // cancelled: which says nothing of the pod
  }

  /** The address of the pod under the name of the Service, which SNI and the check go by. */
  private InetSocketAddress address(Endpoint pod) {
    byte[] address = pod.socketAddress().getAddress().getAddress();
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(service.getHost(), address), pod.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // not with the bytes of an address
    }
  }

  /** Whether it speaks against the pod. The end of our patience is a TimeoutException. */
  private static boolean isConnectionFailure(Throwable e) {
    return e instanceof IOException;
  }
  // endregion
}
