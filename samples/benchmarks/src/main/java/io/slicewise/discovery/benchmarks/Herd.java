package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * 500 instances of the SDK in one process against one API server in another, which goes away for
 * ten seconds and comes back: how often each one tries, and whether they come back at once or
 * spread over time. Beside it what client-go's reflector would do by its backoff, computed ({@link
 * ReflectorBackoff}).
 *
 * <p>The instances share two writer threads and one for listeners; each has a reader thread of its
 * own while its stream is open. There is no TLS, so that the handshakes of 500 clients do not
 * measure this machine.
 *
 * <pre>
 * java -Xmx1g -Xss256k -cp samples/benchmarks/target/benchmarks.jar \
 *   io.slicewise.discovery.benchmarks.Herd
 * </pre>
 */
public final class Herd implements AutoCloseable {

  private static final int INSTANCES = 500;
  private static final int AWAY_SECONDS = 10;
  private static final int PODS = 3;
  private static final int HOT = 20; // attempts of one instance that would be a loop

  private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
  private final ScheduledExecutorService listeners = Executors.newScheduledThreadPool(1);
  private final RemoteCluster cluster;
  private final List<ServiceDiscovery> herd = new ArrayList<>();
  private final List<Attempts> attempts = new ArrayList<>();

  private Herd(int instances) throws Exception {
    cluster = new RemoteCluster(1, PODS, false);
    ClusterConfig config = ClusterConfig.kubeconfig(cluster.kubeconfig());
    List<ServiceWatch> watches = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      Attempts own = new Attempts();
      ServiceDiscovery discovery =
          ServiceDiscovery.builder()
              .cluster(config)
              .namespace(Fleet.NAMESPACE)
              .family(AddressType.IPV4)
              .scheduler(writers)
              .listenerExecutor(listeners)
              .observer(own)
              .build();
      attempts.add(own);
      herd.add(discovery);
      watches.add(discovery.watch(Fleet.SERVICE + ":grpc"));
    }
    for (ServiceWatch watch : watches) {
      if (watch.whenSynced().get(60, TimeUnit.SECONDS).eligible().size() != PODS) {
        throw new IllegalStateException(watch.view() + " (expected: " + PODS + " endpoints)");
      }
    }
  }

  /** Measures 500 instances and ten seconds without a server. */
  public static void main(String[] args) throws Exception {
    measure(INSTANCES, AWAY_SECONDS).forEach(row -> System.out.println(row.line()));
    System.exit(0);
  }

  static List<Row> measure(int instances, int awaySeconds) throws Exception {
    try (Herd herd = new Herd(instances)) {
      return herd.lose(awaySeconds);
    }
  }

  private List<Row> lose(int awaySeconds) throws Exception {
    int instances = herd.size();
    List<Row> rows = new ArrayList<>();
    rows.add(row("first connect", "requests of each", perInstance(), ""));
    String unused = cluster.ask("clear");
    attempts.forEach(Attempts::clear);
    unused = cluster.ask("kill");
    TimeUnit.SECONDS.sleep(awaySeconds);
    int most = attempts.stream().mapToInt(Attempts::failures).max().orElse(0);
    double mean = attempts.stream().mapToInt(Attempts::failures).average().orElse(0);
    rows.add(row(awaySeconds + " s away", "failed attempts of each, mean", mean, ""));
    rows.add(
        new Row(
            "Herd slicewise, " + awaySeconds + " s away",
            "failed attempts of each, most",
            most,
            "",
            Bound.atMost(HOT)));
    long backAt = System.nanoTime();
    unused = cluster.ask("accept");
    long deadline = backAt + TimeUnit.SECONDS.toNanos(60);
    while (attempts.stream().anyMatch(each -> each.openedAt() < backAt)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not all are back after 60 s");
      }
      Thread.sleep(10);
    }
    long[] took = attempts.stream().mapToLong(each -> each.openedAt() - backAt).toArray();
    Quantiles back = new Quantiles(took);
    rows.add(row("back", "to the stream, first", back.millis(0), "ms"));
    rows.add(row("back", "to the stream, median", back.millis(0.5), "ms"));
    rows.add(row("back", "to the stream, last", back.millis(1), "ms"));
    rows.add(row("back", "busiest 100 ms", busiest(took), "clients"));
    rows.add(row("back", "requests of each", perInstance(), ""));
    rows.addAll(ReflectorBackoff.rows(instances, awaySeconds));
    return rows;
  }

  private double perInstance() throws IOException {
    return (double) cluster.count("requests") / herd.size();
  }

  /** Returns the most that connected within one tenth of a second. */
  static int busiest(long[] nanos) {
    int most = 0;
    for (long from : nanos) {
      int within = 0;
      for (long each : nanos) {
        within += each >= from && each < from + 100_000_000L ? 1 : 0;
      }
      most = Math.max(most, within);
    }
    return most;
  }

  private static Row row(String when, String metric, double value, String unit) {
    return new Row("Herd slicewise, " + when, metric, value, unit);
  }

  @Override
  public void close() throws Exception {
    herd.forEach(ServiceDiscovery::close);
    for (ServiceDiscovery discovery : herd) {
      boolean unused = discovery.awaitClosed(Duration.ofSeconds(10));
    }
    writers.shutdownNow();
    listeners.shutdownNow();
    cluster.close();
  }
}
