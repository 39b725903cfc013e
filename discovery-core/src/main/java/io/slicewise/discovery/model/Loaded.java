package io.slicewise.discovery.model;

/** Something that calls go to, which knows how many are under way. */
public interface Loaded {

  /** The number of calls in flight from this process. Cheap, and from any thread. */
  int inFlight();
}
