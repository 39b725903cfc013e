package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.model.Endpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * The instances picked for one request of a reactive client, handed on in the Reactor context. A
 * request that is cancelled tells nobody but its own operators: {@link #close} ends what is open
 * then. Thread safe.
 */
final class Attempts {

  private final List<Endpoint> before;
  private final List<PickedInstance> picked = new ArrayList<>(1); // guarded by this
  private boolean closed; // guarded by this

  /**
   * Creates one with nothing picked yet.
   *
   * @param before the endpoints that were tried for the same request before
   */
  Attempts(List<Endpoint> before) {
    this.before = before;
  }

  /** The endpoints that have been tried, the last one last. */
  synchronized List<Endpoint> tried() {
    return picked.isEmpty() ? before : picked.get(picked.size() - 1).tried();
  }

  /** Another instance was picked. */
  void add(PickedInstance instance) {
    boolean late;
    synchronized (this) {
      late = closed;
      picked.add(instance);
    }
    if (late) {
      instance.abandon();
    }
  }

  /** Ends the calls that nobody has ended. Idempotent. */
  void close() {
    List<PickedInstance> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(picked);
    }
    all.forEach(PickedInstance::abandon);
  }
}
