package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.Endpoint;

/** Hears how calls end, on the thread that ends them; must be quick and must not throw. */
@FunctionalInterface
public interface CallListener {

  /** Hears nothing. */
  CallListener NONE = (endpoint, outcome) -> {};

  /** A call to the endpoint has ended. */
  void onEnd(Endpoint endpoint, Outcome outcome);
}
