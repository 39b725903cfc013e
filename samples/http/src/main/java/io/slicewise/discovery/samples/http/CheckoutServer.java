package io.slicewise.discovery.samples.http;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A running HTTP server that answers {@code GET /orders/…} with who it is, and {@code /healthz}
 * with whether it takes calls.
 */
final class CheckoutServer implements AutoCloseable {

  /** What an order takes, so that there are always calls under way that could be lost. */
  private static final Duration WORK = Duration.ofMillis(20);

  private final Pod self;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicBoolean draining = new AtomicBoolean();
  private final DisposableServer server;

  private CheckoutServer(HttpServer transport, Pod self) {
    this.self = self;
    this.server =
        transport
            .channelGroup(connections)
            .route(
                routes ->
                    routes
                        .get("/healthz", (request, response) -> health(response))
                        .get("/orders/{id}", this::order))
            .bindNow();
  }

  /**
   * Starts a server.
   *
   * @param transport says where it listens
   * @throws IOException if it cannot listen there
   */
  static CheckoutServer start(HttpServer transport, Pod self) throws IOException {
    try {
      return new CheckoutServer(transport, self);
    } catch (ChannelBindException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Mono<Void> health(HttpServerResponse response) {
    return draining.get()
        ? response.status(503).sendString(Mono.just("draining\n")).then()
        : response.sendString(Mono.just("ok\n")).then();
  }

  private Mono<Void> order(HttpServerRequest request, HttpServerResponse response) {
    return Mono.delay(WORK)
        .then(
            Mono.defer(
                () ->
                    response.keepAlive(!draining.get()).sendString(Mono.just(self.text())).then()));
  }

  int port() {
    return server.port();
  }

  /**
   * Ends without a failed call: takes no connections any more, so that it is not ready, closes
   * those that are idle and lets calls under way finish.
   *
   * @param patience how long it waits for them
   * @return whether all of them finished
   */
  boolean drain(Duration patience) {
    draining.set(true);
    try {
      server.disposeNow(patience);
      return true;
    } catch (IllegalStateException e) {
      return false; // calls were left when the time was over
    } finally {
      close();
    }
  }

  /** Ends at once, and every connection with it. */
  @Override
  public void close() {
    draining.set(true);
    server.dispose();
    connections.close();
  }
}
