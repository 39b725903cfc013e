package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * The instances picked for one request of a reactive client, handed on in the Reactor context.
 * Spring Cloud's filters tell of the head of an answer and of errors: what reads the answer, or
 * cancels the request, is heard of here, and {@link #close} ends what is open then. Thread safe.
 */
final class Attempts {

  private final List<PickedInstance> picked = new ArrayList<>(1); // guarded by this
  private boolean closed; // guarded by this

  /** The endpoints that have been tried, the last one last. */
  synchronized List<Endpoint> tried() {
    return picked.isEmpty() ? List.of() : picked.get(picked.size() - 1).tried();
  }

  /** Another instance was picked. */
  void add(PickedInstance instance) {
    instance.holdUntilRead();
    List<PickedInstance> before;
    boolean late;
    synchronized (this) {
      late = closed;
      before = List.copyOf(picked);
      picked.add(instance);
    }
    for (PickedInstance each : before) {
      if (each.isAnswered()) { // with something that is tried once more: nobody reads it
        each.close(Outcome.SUCCESS);
      }
    }
    if (late) {
      instance.close(Outcome.UNKNOWN);
    }
  }

  /**
   * Ends the calls that nobody has ended. Idempotent.
   *
   * @param read what to make of a call that was answered
   */
  void close(Outcome read) {
    List<PickedInstance> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(picked);
    }
    all.forEach(instance -> instance.close(read));
  }
}
