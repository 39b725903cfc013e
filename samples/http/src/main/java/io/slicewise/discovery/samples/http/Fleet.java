package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.testkit.SimulatedService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import reactor.netty.resources.LoopResources;

/** The pods of the demo's Service. Not thread safe: the script is its one owner while it runs. */
final class Fleet implements AutoCloseable {

  /**
   * The name of the Service's port, and of the target port that each pod has its own number for.
   */
  static final String PORT = "http";

  /** The zones of the cluster. */
  static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");

  private static final int SERVICE_PORT = 80;
  private static final int EVENT_LOOPS = 2;

  private final SimulatedService service;
  private final LoopResources loops = LoopResources.create("checkout-server", EVENT_LOOPS, true);
  private final Map<String, Deque<Backend>> serving = new TreeMap<>(); // by zone, oldest first
  private final List<Backend> all = new ArrayList<>();

  /** Creates a fleet without pods. */
  Fleet(SimulatedService service) {
    this.service = service.port(PORT, SERVICE_PORT, PORT, "TCP", null);
    ZONES.forEach(zone -> serving.put(zone, new ArrayDeque<>()));
  }

  /** Starts a pod, which is ready as soon as it listens. */
  void launch(String zone) {
    int number = all.size() + 1;
    Pod identity =
        new Pod(service.name() + "-" + number, zone, "node-" + zone.substring(zone.length() - 1));
    Backend backend = new Backend(service, identity, loops);
    all.add(backend);
    queue(zone).add(backend);
  }

  /** Takes the oldest pod of a zone out of those that serve; what becomes of it is the caller's. */
  Backend takeOldest(String zone) {
    return queue(zone).remove();
  }

  private Deque<Backend> queue(String zone) {
    Deque<Backend> queue = serving.get(zone);
    if (queue == null) {
      throw new IllegalArgumentException("zone: " + zone + " (expected: one of " + ZONES + ")");
    }
    return queue;
  }

  @Override
  public void close() {
    all.forEach(Backend::close);
    loops.dispose();
  }
}
