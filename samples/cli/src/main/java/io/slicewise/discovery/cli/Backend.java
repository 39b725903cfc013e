package io.slicewise.discovery.cli;

import com.sun.net.httpserver.HttpServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * A pod that is really there: an HTTP server on a loopback port, and its place in the cluster.
 * Thread safe.
 */
final class Backend {

  /** How far it is between its start and its end. */
  enum Stage {
    STARTING,
    READY,
    UNREADY,
    TERMINATING,
    STOPPED
  }

  /** The response header that says which pod answered. */
  static final String POD_HEADER = "X-Pod";

  private static final int NO_BODY = -1;

  private final String name;
  private final String zone;
  private final String node;
  private final HttpServer server;
  private final SimulatedPod pod;

  private Stage stage = Stage.STARTING; // guarded by this, as is all below
  private long readySince;
  private long readyNanos;

  /** Starts the server, and lists the pod as one that is not ready yet. */
  Backend(SimulatedService service, String name, String zone, String node, Executor workers) {
    this.name = name;
    this.zone = zone;
    this.node = node;
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      server = HttpServer.create(anyPort, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(workers);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set(POD_HEADER, name);
          exchange.sendResponseHeaders(204, NO_BODY);
          exchange.close();
        });
    server.start();
    InetSocketAddress bound = server.getAddress();
    // In one write: a pod that is listed before it has its port would be a slice without ports.
    service.batch(
        () ->
            service
                .addUnreadyPod(name, bound.getAddress().getHostAddress(), zone, node)
                .port(Fleet.PORT, bound.getPort()));
    pod = service.pod(name);
  }

  String name() {
    return name;
  }

  String zone() {
    return zone;
  }

  String node() {
    return node;
  }

  synchronized Stage stage() {
    return stage;
  }

  /** Passes its readiness probe from now on, unless it is about to end. */
  void becomeReady() {
    if (advance(Stage.READY)) {
      pod.ready(true);
    }
  }

  /** Fails its readiness probe from now on, and answers all the same. */
  void becomeUnready() {
    if (advance(Stage.UNREADY)) {
      pod.ready(false);
    }
  }

  /** Is being deleted: takes no new calls, and serves those that come until {@link #stop}. */
  void terminate() {
    if (advance(Stage.TERMINATING)) {
      pod.terminate();
    }
  }

  /** Is gone; whoever calls it now is refused. */
  void stop() {
    if (advance(Stage.STOPPED)) {
      server.stop(0);
      pod.remove();
    }
  }

  private synchronized boolean advance(Stage next) {
    if (stage == next || (stage.compareTo(Stage.TERMINATING) >= 0 && next.compareTo(stage) < 0)) {
      return false;
    }
    long now = System.nanoTime();
    if (stage == Stage.READY) {
      readyNanos += now - readySince;
    }
    readySince = now;
    stage = next;
    return true;
  }

  /** Forgets how long it has been ready. */
  synchronized void restartClock() {
    readySince = System.nanoTime();
    readyNanos = 0;
  }

  /** The time during which it took calls. */
  synchronized double readySeconds() {
    long running = stage == Stage.READY ? System.nanoTime() - readySince : 0;
    return (readyNanos + running) / 1e9;
  }
}
