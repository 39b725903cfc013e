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

/**
 * What happens to the cluster while the demo calls it, each thing in its time on one thread. On a
 * slow machine all of it takes longer: two things that lie apart never happen at once.
 */
final class Script implements AutoCloseable {

  private static final int PODS_IN_A_ZONE = 3;

  /** The shortest time between the news that a pod leaves and its end. */
  private static final Duration NOTICE = Duration.ofMillis(500);

  /** Where a caller of {@code zone-a} feels it most. */
  private static final String HIT = Fleet.ZONES.get(0);

  private final Fleet fleet;
  private final EmbeddedApiServer apiServer;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("script"));
  private final List<Scene> scenes = new ArrayList<>();
  private final List<Future<?>> begun = new ArrayList<>(); // guarded by itself
  private volatile boolean over;
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

  /**
   * Something that happens.
   *
   * @param part when, as a part of the demo's length
   * @param what for people; empty for what they need not know
   */
  private record Scene(double part, String what, Runnable action) {}

  /** Begins. On an idle machine all of it is over after {@code length}. */
  void start(Duration length) {
    for (int round = 0; round < PODS_IN_A_ZONE; round++) {
      String what = "rolling replacement, " + (round + 1) + " of " + PODS_IN_A_ZONE;
      at(0.15 + 0.12 * round, what, this::launchInEveryZone);
      at(0.19 + 0.12 * round, "", () -> retireInEveryZone(length));
    }
    at(0.52, "a server of zone-a is killed, still listed as ready", () -> kill(length));
    at(0.61, "the cluster has noticed and replaced it", () -> fleet.launch(HIT));
    at(0.67, "the API server is killed", apiServer::kill);
    at(0.71, "another server of zone-a is killed", () -> kill(length));
    at(0.80, "the API server is back", apiServer::restart);
    at(0.81, "the pod is replaced", () -> fleet.launch(HIT));
    play(length, 0);
  }

  /** Plays a scene when its time has come, counted from the one before it, and then the rest. */
  private void play(Duration length, int number) {
    if (number == scenes.size()) {
      over = true;
      return;
    }
    Scene scene = scenes.get(number);
    double pause = scene.part() - (number == 0 ? 0 : scenes.get(number - 1).part());
    after(
        length,
        pause,
        () -> {
          scene.action().run();
          if (!scene.what().isEmpty()) {
            news.add(scene.what());
          }
          play(length, number + 1);
        });
  }

  /** Whether everything has happened. */
  boolean isOver() {
    return over;
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
      after(length, Math.max(0.04, (double) NOTICE.toNanos() / length.toNanos()), leaving::drain);
    }
  }

  /** The cluster needs some time to notice. */
  private void kill(Duration length) {
    Backend killed = fleet.takeOldest(HIT);
    killed.kill();
    after(length, 0.08, killed::remove);
  }

  private void at(double part, String what, Runnable action) {
    scenes.add(new Scene(part, what, action));
  }

  private void after(Duration length, double part, Runnable scene) {
    long delay = (long) (length.toNanos() * part);
    synchronized (begun) {
      begun.add(thread.schedule(scene, delay, TimeUnit.NANOSECONDS));
    }
  }

  /** Fails if a scene has failed. */
  void check() throws InterruptedException {
    List<Future<?>> done;
    synchronized (begun) {
      done = begun.stream().filter(Future::isDone).toList();
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
