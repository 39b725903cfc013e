package io.slicewise.discovery.samples.grpc;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What happens to the cluster while the demo calls it, each thing in its time on one thread. */
final class Script implements AutoCloseable {

  private static final int PODS_IN_A_ZONE = 3;

  /** Where a caller of {@code zone-a} feels it most. */
  private static final String HIT = Fleet.ZONES.get(0);

  private final Fleet fleet;
  private final EmbeddedApiServer apiServer;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("script"));
  private final List<Future<?>> scenes = new ArrayList<>();
  private final Queue<String> news = new ConcurrentLinkedQueue<>();

  Script(Fleet fleet, EmbeddedApiServer apiServer) {
    this.fleet = fleet;
    this.apiServer = apiServer;
  }

  /** What is there before it begins. */
  void prepare() {
    for (int i = 0; i < PODS_IN_A_ZONE; i++) {
      Fleet.ZONES.forEach(fleet::launch);
    }
    news.add("nine pods, three in each zone");
  }

  /** Begins. All of it is over after {@code length}. */
  void start(Duration length) {
    for (int round = 0; round < PODS_IN_A_ZONE; round++) {
      String what = "rolling replacement, " + (round + 1) + " of " + PODS_IN_A_ZONE;
      at(length, 0.15 + 0.12 * round, what, this::launchInEveryZone);
      after(length, 0.19 + 0.12 * round, () -> retireInEveryZone(length));
    }
    at(length, 0.52, "a server of zone-a is killed, still listed as ready", () -> kill(length));
    at(length, 0.61, "the cluster has noticed and replaced it", () -> fleet.launch(HIT));
    at(length, 0.67, "the API server is killed", apiServer::kill);
    at(length, 0.71, "another server of zone-a is killed", () -> kill(length));
    at(length, 0.80, "the API server is back", apiServer::restart);
    at(length, 0.81, "the pod is replaced", () -> fleet.launch(HIT));
  }

  /** What has happened since this was asked last. */
  String takeNews() {
    StringJoiner taken = new StringJoiner("; ");
    for (String next = news.poll(); next != null; next = news.poll()) {
      taken.add(next);
    }
    return taken.toString();
  }

  private void launchInEveryZone() {
    Fleet.ZONES.forEach(fleet::launch);
  }

  /** Kubernetes tells everybody first, and the pod a preStop hook later. */
  private void retireInEveryZone(Duration length) {
    for (String zone : Fleet.ZONES) {
      Backend leaving = fleet.takeOldest(zone);
      leaving.terminate();
      after(length, 0.04, leaving::drain);
    }
  }

  /** The cluster needs some time to notice. */
  private void kill(Duration length) {
    Backend killed = fleet.takeOldest(HIT);
    killed.kill();
    after(length, 0.08, killed::remove);
  }

  private void at(Duration length, double part, String what, Runnable scene) {
    after(
        length,
        part,
        () -> {
          scene.run();
          news.add(what);
        });
  }

  private void after(Duration length, double part, Runnable scene) {
    long delay = (long) (length.toNanos() * part);
    synchronized (scenes) {
      scenes.add(thread.schedule(scene, delay, TimeUnit.NANOSECONDS));
    }
  }

  /** Fails if a scene has failed. */
  void check() throws InterruptedException {
    List<Future<?>> done;
    synchronized (scenes) {
      done = scenes.stream().filter(Future::isDone).toList();
    }
    for (Future<?> scene : done) {
      try {
        scene.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the demo itself has failed", e.getCause());
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.shutdownNow();
    boolean unused = thread.awaitTermination(10, TimeUnit.SECONDS);
  }
}
