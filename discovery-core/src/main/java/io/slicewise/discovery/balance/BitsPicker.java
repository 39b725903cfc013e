package io.slicewise.discovery.balance;

/** A picker that can be given its randomness, so that one draw serves for zone and endpoint. */
interface BitsPicker<T> extends Picker<T> {

  /** Returns what random bits say: the upper 57 are uniformly random, the rest may be zero. */
  T pick(long bits);
}
