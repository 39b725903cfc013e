package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;

/** Pods for the Services of the embedded API server. */
final class Pods {

  private Pods() {}

  /** Adds pods in three zones by one write. */
  static void add(SimulatedService service, int pods) {
    service.batch(
        () -> {
          for (int i = 0; i < pods; i++) {
            SimulatedPod unused = service.addPod(name(0, i), address(0, i), zone(i));
          }
        });
  }

  /** The name of a pod, which has a successor in each generation. */
  static String name(int generation, int pod) {
    return Fleet.SERVICE + "-" + generation + "-" + pod;
  }

  static String address(int generation, int pod) {
    return "10." + (1 + generation) + "." + (pod >> 8) + "." + (pod & 255);
  }

  static String zone(int pod) {
    return "zone-" + pod % 3;
  }
}
