package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;

/** A pod as the cluster sees it. What happens to it is the simulation's to say. */
final class Pod {

  static final Conditions READY = Conditions.of(true, true, false);
  static final Conditions UNREADY = Conditions.of(false, false, false);

  /** Serves what still comes, and shall get nothing new (KEP-1669). */
  static final Conditions LEAVING = Conditions.of(false, true, true);

  static final Conditions STOPPED = Conditions.of(false, false, true);

  private final int number;
  private final String zone;
  private Conditions conditions;

  Pod(int number, String zone, Conditions conditions) {
    this.number = number;
    this.zone = zone;
    this.conditions = conditions;
  }

  String zone() {
    return zone;
  }

  String address() {
    return "10.0." + (number >> 8) + "." + (number & 255);
  }

  boolean isReady() {
    return conditions.ready();
  }

  void become(Conditions now) {
    conditions = now;
  }

  /** Returns the pod as a slice lists it. */
  SliceEndpoint listed(Hints hints) {
    return new SliceEndpoint(
        address(), conditions, null, "node-" + zone, zone, "pod-" + number, 1, number, hints);
  }
}
