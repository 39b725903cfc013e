package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * A pod of the demo that is really there: an HTTP server at a loopback port of its own, and its
 * place in the cluster.
 */
final class Backend {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CheckoutServer server;
  private final SimulatedPod pod;

  /** Starts the server, and lists the pod as ready. */
  Backend(SimulatedService service, Pod identity, LoopResources loops) {
    String loopback = InetAddress.getLoopbackAddress().getHostAddress();
    try {
      server =
          CheckoutServer.start(HttpServer.create().host(loopback).port(0).runOn(loops), identity);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // In one write: a pod that is listed before it has its port would be a slice without ports.
    service.batch(
        () ->
            service
                .addPod(identity.name(), loopback, identity.zone(), identity.node())
                .port(Fleet.PORT, server.port()));
    pod = service.pod(identity.name());
  }

  /** Is being deleted: takes no new calls by the slices, and still serves those that come. */
  void terminate() {
    pod.terminate();
  }

  /** Gets SIGTERM: lets its calls end, and is gone. */
  void drain() {
    boolean unused = server.drain(PATIENCE);
    pod.remove();
  }

  /** Gets SIGKILL. The cluster does not know yet: the pod stays listed as ready. */
  void kill() {
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
