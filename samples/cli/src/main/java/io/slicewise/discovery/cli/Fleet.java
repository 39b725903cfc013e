package io.slicewise.discovery.cli;

import io.slicewise.discovery.testkit.SimulatedService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The pods of the demo's Service, those that are gone included. */
final class Fleet implements AutoCloseable {

  /**
   * The name of the Service's port, and of the target port that each pod has its own number for.
   */
  static final String PORT = "http";

  /**
   * What a preStop hook waits in a real cluster: the time in which every caller must have heard
   * that a pod takes no more calls.
   */
  static final Duration GRACE = Duration.ofSeconds(2);

  private static final int SERVICE_PORT = 80;

  private final SimulatedService service;
  private final ExecutorService workers;
  private final Timetable timetable;
  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Backend> backends = new CopyOnWriteArrayList<>();

  /**
   * Creates a fleet without pods.
   *
   * @param workers answer the calls of all pods; shut down with the fleet
   * @param timetable runs what comes later; closed with the fleet
   */
  Fleet(SimulatedService service, ExecutorService workers, Timetable timetable) {
    this.service = service.port(PORT, SERVICE_PORT, PORT, "TCP", "http");
    this.workers = workers;
    this.timetable = timetable;
  }

  /** Starts a pod that is ready after a while. */
  Backend launch(String zone, String node, Duration startUp) {
    String name = service.name() + "-" + numbers.incrementAndGet();
    Backend backend = new Backend(service, name, zone, node, workers);
    backends.add(backend);
    timetable.after(startUp, backend::becomeReady);
    return backend;
  }

  /** Deletes a pod the way Kubernetes does: it is taken out first, and stopped after its grace. */
  void retire(Backend backend) {
    backend.terminate();
    timetable.after(GRACE, backend::stop);
  }

  /** Loses a pod slowly: its probe fails first, and after the grace it is gone. */
  void lose(Backend backend) {
    backend.becomeUnready();
    timetable.after(GRACE, backend::stop);
  }

  /** Returns all pods, in the order of their start. */
  List<Backend> all() {
    return List.copyOf(backends);
  }

  /** Returns the pods that are not on their way out. */
  List<Backend> serving(Predicate<Backend> which) {
    return backends.stream()
        .filter(backend -> backend.stage().compareTo(Backend.Stage.TERMINATING) < 0)
        .filter(which)
        .toList();
  }

  /** Lets the ready time of every pod count from now on. */
  void restartClocks() {
    backends.forEach(Backend::restartClock);
  }

  @Override
  public void close() {
    timetable.close(); // first, so that nothing is launched any more
    backends.forEach(Backend::stop);
    workers.shutdownNow();
  }
}
