package io.slicewise.discovery.samples.grpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.slicewise.discovery.samples.grpc.v1.Pod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The pods of the demo's Service. Not thread safe: the script is its one owner while it runs. */
final class Fleet implements AutoCloseable {

  /**
   * The name of the Service's port, and of the target port that each pod has its own number for.
   */
  static final String PORT = "grpc";

  /** The zones of the cluster. */
  static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");

  private static final int SERVICE_PORT = 80;
  private static final int EVENT_LOOPS = 2;

  private final SimulatedService service;
  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(
          EVENT_LOOPS, new DaemonThreads("server-loop"), NioIoHandler.newFactory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("server"));
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
        Pod.newBuilder()
            .setName(service.name() + "-" + number)
            .setZone(zone)
            .setNode("node-" + zone.substring(zone.length() - 1))
            .build();
    Backend backend = new Backend(service, identity, eventLoops, timer);
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
    eventLoops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    timer.shutdownNow();
  }
}
