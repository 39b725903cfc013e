package io.slicewise.discovery.chaos;

import io.slicewise.discovery.chaos.Operation.Kind;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.source.SliceSource;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One run: a server, two discoveries that follow it (one by selected streams, one by the whole
 * namespace), threads that pick all the time, and a script of what happens to the cluster and to
 * the server. It ends with the script, or with the first {@link Divergence} from what must hold:
 *
 * <ul>
 *   <li>no endpoint is picked that never served its target, or that has been gone for longer than
 *       {@link Limits#bound()} while the server was well;
 *   <li>a view that had endpoints is not empty while the Service had some all the time, whatever
 *       happens to the server;
 *   <li>after quiet every view equals the truth within {@link Limits#convergence()};
 *   <li>threads, sockets and heap at the end are about what they were at the beginning, and closing
 *       leaves no thread and no socket.
 * </ul>
 *
 * Confined to one thread.
 */
final class ChaosRun implements AutoCloseable {

  private static final Duration MOST_PATIENT = Duration.ofMillis(20);

  private final Setting setting;
  private final Limits limits;
  private final Path directory;
  private final EmbeddedApiServer server;
  private final Truth truth = new Truth();
  private final Signal signal = new Signal();
  private final SliceWriter writer;
  private final FaultMaker faultMaker;
  private final List<Follower> followers = new ArrayList<>();
  private final Pickers pickers;
  private final List<Operation> history = new ArrayList<>();
  private final List<Duration> afterCalm = new ArrayList<>();
  private final List<Duration> afterStorm = new ArrayList<>();
  private int operations;
  private int faults;
  private boolean storm; // a fault since the last quiet

  /**
   * Starts the server and the discoveries.
   *
   * @param tampering what stands between the server and the discovery with selected streams
   */
  ChaosRun(Setting setting, Limits limits, UnaryOperator<SliceSource> tampering)
      throws IOException {
    this.setting = setting;
    this.limits = limits;
    this.directory = Files.createTempDirectory("slicewise-chaos");
    this.server = setting.start();
    this.writer = new SliceWriter(server.cluster(), truth);
    this.faultMaker = new FaultMaker(server);
    ClusterConfig cluster = ClusterConfig.kubeconfig(server.writeKubeconfig(directory));
    followers.add(new Follower(cluster, false, setting.haste(), signal, tampering));
    followers.add(new Follower(cluster, true, setting.haste(), signal, UnaryOperator.identity()));
    this.pickers = new Pickers(truth, followers, limits);
  }

  /** Plays a script to its end and the quiet after it. */
  Report play(Script script) throws InterruptedException {
    quiet(Limits.GENEROUS.convergence()); // the first lists, on a machine that warms up
    afterCalm.clear();
    Footprint first = null;
    for (Operation next = script.next(truth); next != null; next = script.next(truth)) {
      history.add(next);
      apply(next);
      pickers.check();
      if (first == null && next.kind() == Kind.QUIET) {
        first = Footprint.of(server);
      }
    }
    quiet(limits.convergence());
    first = first == null ? Footprint.of(server) : first;
    Footprint last = limits.leaks() ? settledFootprint(first) : Footprint.of(server);
    Report report =
        new Report(
            setting,
            operations,
            faults,
            pickers.picks(),
            signal.views(),
            afterCalm,
            afterStorm,
            pickers.stalest(),
            first,
            last);
    pickers.close();
    pickers.check();
    if (limits.leaks()) {
      end();
    }
    return report;
  }

  /** What has happened so far. */
  List<Operation> history() {
    return history;
  }

  private void apply(Operation operation) throws InterruptedException {
    Kind kind = operation.kind();
    operations += kind.counts() ? 1 : 0;
    if (kind.fault) {
      faults++;
      storm = true;
      pickers.faulty();
      faultMaker.apply(operation);
      return;
    }
    switch (kind) {
      case QUIET -> quiet(limits.convergence());
      case PAUSE -> signal.awaitMoreThan(signal.views(), Duration.ofMillis(operation.number()));
      case OPEN -> followers.forEach(Follower::openFleeting);
      case CLOSE -> followers.forEach(Follower::closeFleeting);
      default -> writer.apply(operation);
    }
  }

  private void quiet(Duration limit) throws InterruptedException {
    faultMaker.heal();
    long from = System.nanoTime();
    while (true) {
      pickers.check();
      long seen = signal.views();
      String difference = difference();
      long took = System.nanoTime() - from;
      if (difference == null) {
        (storm ? afterStorm : afterCalm).add(Duration.ofNanos(took));
        break;
      }
      if (took > limit.toNanos()) {
        throw new Divergence(
            Divergence.Kind.LATE,
            "not equal to the truth after " + limit.toMillis() + " ms of quiet: " + difference);
      }
      signal.awaitMoreThan(seen, MOST_PATIENT);
    }
    followers.forEach(follower -> follower.followed().forEach(one -> one.confirm(truth)));
    pickers.faultless();
    storm = false;
  }

  /** Says what is not as it should be; null if the views are right and all streams are there. */
  private String difference() {
    int streams = signal.streams();
    int watches = server.openWatches();
    if (watches < streams) {
      return "a connection broke, and nobody has noticed: there were " + streams + " streams";
    }
    if (watches > streams) {
      return "of " + watches + " watches that the server sees, only " + streams + " are followed";
    }
    for (Follower follower : followers) {
      for (Followed followed : follower.followed()) {
        if (!followed.matches(truth)) {
          return followed.difference(truth);
        }
      }
    }
    return null;
  }

  private Footprint settledFootprint(Footprint first) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    Footprint last = Footprint.of(server);
    while (!last.isBoundedBy(first)) {
      if (System.nanoTime() > end) {
        throw new Divergence(
            Divergence.Kind.LEAK, last + " (expected: little more than " + first + ")");
      }
      signal.awaitMoreThan(signal.views(), Duration.ofMillis(100));
      last = Footprint.of(server);
    }
    return last;
  }

  /** Closes all in good order, and sees that nothing stays. */
  private void end() throws InterruptedException {
    for (Follower follower : followers) {
      follower.close();
    }
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (server.openConnections() > 0 || Footprint.countThreads() > 0) {
      if (System.nanoTime() > end) {
        throw new Divergence(
            Divergence.Kind.LEAK,
            String.format(
                "after close %d connections and %d threads are left",
                server.openConnections(), Footprint.countThreads()));
      }
      signal.awaitMoreThan(signal.views(), Duration.ofMillis(5));
    }
  }

  /** Ends everything in whatever state it is. Idempotent. */
  @Override
  public void close() throws IOException, InterruptedException {
    pickers.close();
    for (Follower follower : followers) {
      follower.close();
    }
    server.close();
    Files.deleteIfExists(directory.resolve("kubeconfig"));
    Files.deleteIfExists(directory);
  }
}
