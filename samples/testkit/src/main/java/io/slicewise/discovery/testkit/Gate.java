package io.slicewise.discovery.testkit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Whether the server's bytes leave it. Connections that have some to send wait here if not. */
final class Gate {

  private boolean closed; // guarded by this
  private final Set<GatedEndPoint> waiting = new LinkedHashSet<>(); // guarded by this

  synchronized void close() {
    closed = true;
  }

  void open() {
    List<GatedEndPoint> resumed;
    synchronized (this) {
      closed = false;
      resumed = List.copyOf(waiting);
      waiting.clear();
    }
    resumed.forEach(GatedEndPoint::resume);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Keeps the connection until the gate opens; false when it is open. */
  synchronized boolean hold(GatedEndPoint endPoint) {
    if (closed) {
      waiting.add(endPoint);
    }
    return closed;
  }

  synchronized void forget(GatedEndPoint endPoint) {
    waiting.remove(endPoint);
  }
}
