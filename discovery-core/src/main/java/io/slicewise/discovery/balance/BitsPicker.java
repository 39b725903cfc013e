package io.slicewise.discovery.balance;

/** A picker that can be given its randomness, so that one draw serves for zone and endpoint. */
interface BitsPicker<T> extends Picker<T> {

  /** Returns what 64 uniformly random bits say. */
  T pick(long bits);
}
