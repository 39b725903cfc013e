package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces all pods of a Service as a Deployment does: some new ones start, turn ready in the next
 * step while as many old ones begin to terminate, and those are gone in the step after. Each step
 * is one write of the slices.
 */
final class Rollout {

  private final SimulatedService service;
  private final int generation;

  /** The first one. */
  Rollout(SimulatedService service) {
    this(service, 1);
  }

  private Rollout(SimulatedService service, int generation) {
    this.service = service;
    this.generation = generation;
  }

  /** Returns the one after this. */
  Rollout next() {
    return new Rollout(service, generation + 1);
  }

  /**
   * Runs it to its end.
   *
   * @param surge how many pods a step replaces
   * @param pauseMillis between steps
   */
  void run(int surge, int pauseMillis) throws InterruptedException {
    List<SimulatedPod> old = new ArrayList<>(service.pods());
    int total = old.size();
    List<SimulatedPod> starting = new ArrayList<>();
    List<SimulatedPod> terminating = new ArrayList<>();
    int started = 0;
    while (started < total || !starting.isEmpty() || !terminating.isEmpty()) {
      int from = started;
      int to = Math.min(total, started + surge);
      List<SimulatedPod> ready = List.copyOf(starting);
      List<SimulatedPod> gone = List.copyOf(terminating);
      starting.clear();
      terminating.clear();
      service.batch(
          () -> {
            gone.forEach(SimulatedPod::remove);
            for (SimulatedPod pod : ready) {
              SimulatedPod unused = pod.ready(true);
              terminating.add(old.remove(0).terminate());
            }
            for (int i = from; i < to; i++) {
              String name = Pods.name(generation, i);
              starting.add(service.addUnreadyPod(name, Pods.address(generation, i), Pods.zone(i)));
            }
          });
      started = to;
      Thread.sleep(pauseMillis); // the pace of the rollout
    }
  }
}
