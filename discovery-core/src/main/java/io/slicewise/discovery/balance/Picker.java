package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.Endpoint;

/**
 * Chooses among a fixed set of endpoints; a new set means a new picker. Thread safe, lock free, and
 * without allocation.
 */
@FunctionalInterface
public interface Picker {

  /** Returns the endpoint for the next call. */
  Endpoint pick();
}
