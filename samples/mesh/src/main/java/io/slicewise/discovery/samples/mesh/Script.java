package io.slicewise.discovery.samples.mesh;

import io.slicewise.discovery.samples.mesh.PodServers.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What happens while the demo calls, each thing in its time on one thread. */
final class Script implements AutoCloseable {

  static final double CANARY_SHARE = 0.1;

  private static final int STABLE_IN_A_ZONE = 3;
  private static final String LOST = Fleet.ZONES.get(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private final Stage stage;
  private final Canary canary;
  private final DemoAuthority first;
  private final DemoAuthority second = new DemoAuthority("ca-2");
  private final Duration length;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Script::newDaemon);
  private final Queue<String> news = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Throwable failure;

  Script(Stage stage, Canary canary, DemoAuthority first, Duration length) {
    this.stage = stage;
    this.canary = canary;
    this.first = first;
    this.length = length;
  }

  private static Thread newDaemon(Runnable task) {
    Thread thread = new Thread(task, "mesh-script");
    thread.setDaemon(true);
    return thread;
  }

  /** Launches what is there before it begins. */
  void prepare() {
    Fleet.ZONES.forEach(this::launchZone);
    news.add("3 stable pods and a canary in each zone");
  }

  /** Begins. All of it is over after the length. */
  void start() {
    at(0.12, "the canary gets 10 % of the keys", () -> canary.share(CANARY_SHARE));
    at(0.28, "both authorities are trusted", () -> stage.trust(first, second));
    whenTaken(0.34, 1, "certificates of the new authority", () -> stage.issue(second));
    whenTaken(0.40, 2, "the old authority is trusted no more", () -> stage.trust(second));
    at(0.46, "a pod of zone-a is killed, still listed as ready", () -> kill("zone-a"));
    at(0.54, "the cluster has replaced it", () -> launch("zone-a", Fleet.STABLE));
    at(0.60, LOST + " fails its probes", () -> of(LOST).forEach(stage.fleet()::fail));
    at(0.64, LOST + " is gone", () -> of(LOST).forEach(this::remove));
    at(0.72, LOST + " is back", () -> launchZone(LOST));
    at(0.80, "the API server is killed", stage.apiServer()::kill);
    at(0.84, "a pod of zone-c is killed", () -> kill("zone-c"));
    at(0.90, "the API server is back", stage.apiServer()::restart);
  }

  /** What has happened since this was asked last. */
  String takeNews() {
    StringJoiner taken = new StringJoiner("; ");
    for (String next = news.poll(); next != null; next = news.poll()) {
      taken.add(next);
    }
    return taken.toString();
  }

  private void launchZone(String zone) {
    for (int i = 0; i < STABLE_IN_A_ZONE; i++) {
      launch(zone, Fleet.STABLE);
    }
    launch(zone, Fleet.CANARY);
  }

  private void launch(String zone, String track) {
    Pod unused = stage.fleet().launch(zone, track);
  }

  private List<Pod> of(String zone) {
    return stage.fleet().running(pod -> pod.zone().equals(zone));
  }

  /** The cluster needs some time to notice. */
  private void kill(String zone) {
    Predicate<Pod> stable = pod -> pod.zone().equals(zone) && pod.track().equals(Fleet.STABLE);
    Pod killed = stage.fleet().running(stable).get(0);
    stage.fleet().kill(killed);
    after(0.08, () -> stage.fleet().unlist(killed));
  }

  private void remove(Pod pod) {
    stage.fleet().unlist(pod);
    stage.fleet().kill(pod);
  }

  private interface Scene {
    void play() throws IOException;
  }

  /** Whoever rotates an authority waits for everybody between the steps. */
  private void whenTaken(double part, int rotations, String what, Scene scene) {
    after(part, () -> playWhenTaken(rotations, what, scene));
  }

  private void playWhenTaken(int rotations, String what, Scene scene) throws IOException {
    if (stage.hasTaken(rotations)) {
      scene.play();
      news.add(what);
    } else {
      after(LOOK_AGAIN, () -> playWhenTaken(rotations, what, scene));
    }
  }

  private void at(double part, String what, Scene scene) {
    after(
        part,
        () -> {
          scene.play();
          news.add(what);
        });
  }

  private void after(double part, Scene scene) {
    after(Duration.ofNanos((long) (length.toNanos() * part)), scene);
  }

  private void after(Duration delay, Scene scene) {
    thread.schedule(
        () -> {
          try {
            scene.play();
          } catch (IOException | RuntimeException e) {
            failure = e;
          }
        },
        delay.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /** Fails if a scene has failed. */
  void check() {
    Throwable cause = failure;
    if (cause != null) {
      throw new IllegalStateException("the demo itself has failed", cause);
    }
  }

  /** Ends it; a scene that plays is waited for. */
  @Override
  public void close() throws InterruptedException {
    thread.shutdownNow();
    boolean unused = thread.awaitTermination(10, TimeUnit.SECONDS);
  }
}
