package io.slicewise.discovery.samples.grpc;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc;
import io.slicewise.discovery.samples.grpc.v1.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A running server of {@link CheckoutService}, with the health service that a readiness probe asks
 * and the reflection service that {@code grpcurl} asks.
 */
final class CheckoutServer implements AutoCloseable {

  private final Server server;
  private final CheckoutService checkout;
  private final HealthStatusManager health;

  private CheckoutServer(Server server, CheckoutService checkout, HealthStatusManager health) {
    this.server = server;
    this.checkout = checkout;
    this.health = health;
  }

  /**
   * Starts a server.
   *
   * @param builder says where it listens, and with which transport
   * @param timer paces its answers; not shut down with the server
   * @throws IOException if it cannot listen there
   */
  static CheckoutServer start(ServerBuilder<?> builder, Pod self, ScheduledExecutorService timer)
      throws IOException {
    CheckoutService checkout = new CheckoutService(self, timer);
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus(CheckoutGrpc.SERVICE_NAME, ServingStatus.SERVING);
    Server server =
        builder
            .addService(checkout)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .permitKeepAliveTime(CheckoutChannel.PROBE.toSeconds() / 2, TimeUnit.SECONDS)
            .build()
            .start();
    return new CheckoutServer(server, checkout, health);
  }

  int port() {
    return server.getPort();
  }

  /** Waits until it has ended. */
  void awaitEnd() throws InterruptedException {
    server.awaitTermination();
  }

  /**
   * Ends without a failed call: fails its readiness probe, takes no new calls, lets those under way
   * finish.
   *
   * @param patience how long it waits for them
   * @return whether all of them finished
   */
  boolean drain(Duration patience) throws InterruptedException {
    health.enterTerminalState();
    server.shutdown(); // tells every client to go elsewhere, which the end of a stream then does
    checkout.drain();
    boolean drained = server.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    close();
    return drained;
  }

  /** Ends at once. */
  @Override
  public void close() {
    server.shutdownNow();
    checkout.drain();
  }
}
