package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One process follows 1 to 1,000 Services of a namespace, each with three endpoints: by streams
 * that select Services, and by one for the whole namespace. Each case is a JVM of its own, the API
 * server another one; they share the machine's cores, and TLS is on.
 *
 * <p>The time is that from {@code builder()} to the last first view: in a JVM that has done nothing
 * before, and again in the same one. The API server has answered the same requests a few times
 * before, because it is the client's start that is measured. Each number is the median of {@value
 * #ROUNDS} JVMs. Streams are those of the first, whose calls of {@code watch()} take longer;
 * requests are the mean of both. Memory is the used heap after a collection, less that after
 * everything was closed. Threads are those of discovery by their names; HTTP/2 has threads of its
 * own beside them.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar io.slicewise.discovery.benchmarks.ManyServices
 * </pre>
 */
public final class ManyServices {

  private static final int PODS = 3;
  private static final int MANY = 1_000;
  private static final int WARM_UPS = 2; // of each mode
  private static final int ROUNDS = 3;
  private static final long SETTLED_MILLIS = 1_500;

  private ManyServices() {}

  /**
   * Measures all cases, or does what is named: the number of Services, "whole" or "selected",
   * "measure" or "follow", which does no more than that, and the kubeconfig.
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 4) {
      int services = Integer.parseInt(args[0]);
      boolean whole = args[1].equals("whole");
      Path kubeconfig = Path.of(args[3]);
      if (args[2].equals("measure")) {
        follow(services, whole, kubeconfig).forEach(row -> System.out.println(row.line()));
      } else {
        new Followed(services, whole, kubeconfig).close();
      }
      System.exit(0);
    }
    measure(1, 10, 100, MANY).forEach(row -> System.out.println(row.line()));
  }

  static List<Row> measure(int... numbers) throws Exception {
    ForkedMain child = new ForkedMain(ManyServices.class, List.of("-Xmx256m"));
    List<Row> rows = new ArrayList<>();
    for (int services : numbers) {
      try (RemoteCluster cluster = new RemoteCluster(services, PODS, true)) {
        List<String> modes = List.of("selected", "whole");
        for (int i = 0; i < WARM_UPS; i++) {
          for (String mode : modes) {
            child.run(arguments(services, mode, "follow", cluster), line -> {});
          }
        }
        for (String mode : modes) {
          String unused = cluster.ask("clear");
          List<Row> measured = new ArrayList<>();
          for (int i = 0; i < ROUNDS; i++) {
            child.run(
                arguments(services, mode, "measure", cluster),
                line -> {
                  Row row = Row.parse(line);
                  if (row != null) {
                    measured.add(row);
                  }
                });
          }
          rows.addAll(medians(measured));
          String name = name(services, mode.equals("whole"));
          double requests = cluster.count("requests") / (2.0 * ROUNDS); // each follows twice
          rows.add(new Row(name, "requests", requests, ""));
        }
      }
    }
    return rows;
  }

  private static List<String> arguments(
      int services, String mode, String what, RemoteCluster cluster) {
    return List.of(Integer.toString(services), mode, what, cluster.kubeconfig().toString());
  }

  /** Returns the row with the median of each metric, in the order in which they came first. */
  private static List<Row> medians(List<Row> rounds) {
    Map<String, List<Row>> byMetric = new LinkedHashMap<>();
    for (Row row : rounds) {
      byMetric.computeIfAbsent(row.metric(), metric -> new ArrayList<>()).add(row);
    }
    List<Row> medians = new ArrayList<>();
    for (List<Row> rows : byMetric.values()) {
      rows.sort(Comparator.comparingDouble(Row::value));
      medians.add(rows.get(rows.size() / 2));
    }
    return medians;
  }

  private static String name(int services, boolean whole) {
    return "ManyServices " + services + (whole ? ", whole namespace" : ", selected");
  }

  private static List<Row> follow(int services, boolean whole, Path kubeconfig) throws Exception {
    Bound time = services == MANY ? Bound.atMost(2) : Bound.NONE;
    String name = name(services, whole);
    List<Row> rows = new ArrayList<>();
    try (Followed first = new Followed(services, whole, kubeconfig)) {
      rows.add(new Row(name, "to all views, first in its JVM", first.seconds, "s", time));
      Thread.sleep(SETTLED_MILLIS); // as below
      double streams = first.streams.open();
      Bound most = services == MANY ? Bound.atMost(whole ? 1 : 16) : Bound.NONE;
      rows.add(new Row(name, "streams", streams, "", most));
    }
    long used = followAgain(services, whole, kubeconfig, rows);
    rows.add(new Row(name, "memory", (used - usedAfterCollection()) / 1e3, "KB"));
    return rows;
  }

  /** Returns the used heap while all are followed; nothing of that is left when it returns. */
  private static long followAgain(int services, boolean whole, Path kubeconfig, List<Row> rows)
      throws Exception {
    try (Followed again = new Followed(services, whole, kubeconfig)) {
      Bound time = services == MANY ? Bound.atMost(2) : Bound.NONE;
      String name = name(services, whole);
      rows.add(new Row(name, "to all views, again", again.seconds, "s", time));
      Thread.sleep(SETTLED_MILLIS); // what discovery still had to do at its start
      Bound most = services == MANY && whole ? Bound.atMost(4) : Bound.NONE;
      rows.add(new Row(name, "threads", threads(), "", most));
      return usedAfterCollection();
    }
  }

  /** Discovery that has a view of every Service. */
  private static final class Followed implements AutoCloseable {

    private final Streams streams = new Streams();
    private final ServiceDiscovery discovery;
    private final List<ServiceWatch> watches = new ArrayList<>();
    private final double seconds;

    Followed(int services, boolean whole, Path kubeconfig) throws Exception {
      long begun = System.nanoTime();
      discovery =
          ServiceDiscovery.builder()
              .cluster(ClusterConfig.kubeconfig(kubeconfig))
              .namespace(Fleet.NAMESPACE)
              .family(AddressType.IPV4)
              .wholeNamespace(whole)
              .observer(streams)
              .build();
      for (int i = 0; i < services; i++) {
        watches.add(discovery.watch(Fleet.SERVICE + (i == 0 ? "" : "-" + i) + ":grpc"));
      }
      for (ServiceWatch watch : watches) {
        if (watch.whenSynced().get(60, TimeUnit.SECONDS).eligible().size() != PODS) {
          throw new IllegalStateException(watch.view() + " (expected: " + PODS + " endpoints)");
        }
      }
      seconds = (System.nanoTime() - begun) / 1e9;
    }

    @Override
    public void close() throws InterruptedException {
      watches.forEach(ServiceWatch::close);
      discovery.close();
      if (!discovery.awaitClosed(Duration.ofSeconds(10))) {
        throw new IllegalStateException("discovery does not end");
      }
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("slicewise-"))
        .count();
  }

  private static long usedAfterCollection() {
    for (int i = 0; i < 3; i++) {
      WeakReference<Object> canary = new WeakReference<>(new Object());
      while (canary.get() != null) {
        System.gc();
      }
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
