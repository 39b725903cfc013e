package io.slicewise.discovery.balance;

/**
 * Chooses among a fixed set of endpoints, or what stands for them; a new set means a new picker.
 * Thread safe, lock free, and without allocation.
 *
 * @param <T> what is chosen
 */
@FunctionalInterface
public interface Picker<T> {

  /** Returns the endpoint for the next call. */
  T pick();
}
