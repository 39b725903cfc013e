package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.policy.EndpointWeight;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** An application's weights that cannot hurt: what is out of range, or throws, weighs 1. */
final class SafeWeight implements EndpointWeight {

  private static final Logger LOGGER = System.getLogger(SafeWeight.class.getName());

  private final EndpointWeight delegate;
  private final AtomicBoolean logged = new AtomicBoolean();

  SafeWeight(EndpointWeight delegate) {
    this.delegate = delegate;
  }

  @Override
  public double of(Endpoint endpoint, EndpointSlice slice) {
    try {
      double weight = delegate.of(endpoint, slice);
      if (weight >= LEAST && weight <= MOST) {
        return weight;
      }
      if (logged.compareAndSet(false, true)) {
        String problem =
            "weight of " + endpoint + ": " + weight + " (expected: " + LEAST + " to " + MOST + ")";
        LOGGER.log(Level.WARNING, problem + "; it weighs 1. Not logged again");
      }
    } catch (Throwable e) { // Kotlin throws checked ones, too
      if (logged.compareAndSet(false, true)) {
        LOGGER.log(Level.ERROR, "the weight of " + endpoint + " failed; it weighs 1", e);
      }
    }
    return 1;
  }
}
