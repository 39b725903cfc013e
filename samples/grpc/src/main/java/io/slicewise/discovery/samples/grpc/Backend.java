package io.slicewise.discovery.samples.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.slicewise.discovery.samples.grpc.v1.Pod;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A pod of the demo that is really there: a gRPC server at a loopback port of its own, and its
 * place in the cluster.
 */
final class Backend {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Pod identity;
  private final KillableListener listener = new KillableListener();
  private final CheckoutServer server;
  private final SimulatedPod pod;

  /** Starts the server, and lists the pod as ready. */
  Backend(
      SimulatedService service,
      Pod identity,
      EventLoopGroup eventLoops,
      ScheduledExecutorService timer) {
    this.identity = identity;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      server =
          CheckoutServer.start(
              NettyServerBuilder.forAddress(
                      new InetSocketAddress(loopback, 0), InsecureServerCredentials.create())
                  .channelFactory(() -> listener)
                  .bossEventLoopGroup(eventLoops)
                  .workerEventLoopGroup(eventLoops)
                  .directExecutor(), // nothing that it does waits
              identity,
              timer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // In one write: a pod that is listed before it has its port would be a slice without ports.
    service.batch(
        () ->
            service
                .addPod(
                    identity.getName(),
                    loopback.getHostAddress(),
                    identity.getZone(),
                    identity.getNode())
                .port(Fleet.PORT, server.port()));
    pod = service.pod(identity.getName());
  }

  String zone() {
    return identity.getZone();
  }

  String node() {
    return identity.getNode();
  }

  /** Is being deleted: takes no new calls by the slices, and still serves those that come. */
  void terminate() {
    pod.terminate();
  }

  /** Gets SIGTERM: lets its calls end, and is gone. */
  void drain() {
    try {
      boolean unused = server.drain(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.close();
    }
    pod.remove();
  }

  /** Gets SIGKILL. The cluster does not know yet: the pod stays listed as ready. */
  void kill() {
    listener.kill();
    server.close();
  }

  /** The cluster has noticed that it was killed. */
  void remove() {
    pod.remove();
  }

  /** Ends with the demo. */
  void close() {
    server.close();
  }
}
