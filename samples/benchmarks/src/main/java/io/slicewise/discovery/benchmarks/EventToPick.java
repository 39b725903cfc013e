package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ApiServerSource;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An endpoint turns unready: how long until it is out of {@code pick()}. Over the embedded API
 * server in the same process, TLS, HTTP/2 and real sockets; once from the server's write, which
 * includes the server's own work, and once from the event's arrival at the discovery.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar io.slicewise.discovery.benchmarks.EventToPick
 * </pre>
 */
public final class EventToPick implements AutoCloseable {

  private static final int WARM_UP = 50;
  private static final double LIMIT_MS = 5;

  private final EmbeddedApiServer server;
  private final Path directory;
  private final SimulatedService service;
  private final StampingSource source;
  private final ServiceDiscovery discovery;
  private final ServiceWatch watch;
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private volatile String subject = "";

  /**
   * A published view, as far as the pod under test is concerned.
   *
   * @param eligible whether the pod may be picked
   * @param arrivedAt when the last event before it had arrived
   * @param at when it was published
   */
  private record Seen(boolean eligible, long arrivedAt, long at) {}

  private EventToPick(int endpoints) throws Exception {
    server = EmbeddedApiServer.start();
    service = server.cluster().service(Fleet.NAMESPACE, Fleet.SERVICE);
    service.batch(
        () -> {
          for (int i = 0; i < endpoints; i++) {
            String address = "10.1." + (i >> 8) + "." + (i & 255);
            SimulatedPod unused = service.addPod("checkout-" + i, address, "zone-" + i % 3);
          }
        });
    directory = Files.createTempDirectory("event-to-pick");
    Path kubeconfig = server.writeKubeconfig(directory);
    ClusterConfig cluster = ClusterConfig.kubeconfig(kubeconfig);
    source = new StampingSource(ApiServerSource.create(cluster));
    discovery =
        ServiceDiscovery.builder()
            .source(source)
            .namespace(Fleet.NAMESPACE)
            .family(AddressType.IPV4)
            .observer(
                new DiscoveryObserver() {
                  @Override
                  public void onPublished(ServiceView view) {
                    note(view);
                  }
                })
            .build();
    watch = discovery.watch(Fleet.SERVICE + ":grpc");
    ServiceView first = watch.whenSynced().get(10, TimeUnit.SECONDS);
    if (first.eligible().size() != endpoints) {
      throw new IllegalStateException(first.toString());
    }
  }

  /** Measures Services of 100 and of 5,000 endpoints. */
  public static void main(String[] args) throws Exception {
    for (int endpoints : new int[] {100, 5_000}) {
      measure(endpoints, WARM_UP, 300).forEach(row -> System.out.println(row.line()));
    }
  }

  static List<Row> measure(int endpoints, int warmUp, int flips) throws Exception {
    try (EventToPick run = new EventToPick(endpoints)) {
      List<Row> rows = new ArrayList<>();
      run.flip(warmUp, new long[warmUp], new long[warmUp]);
      long[] fromWrite = new long[flips];
      long[] fromArrival = new long[flips];
      run.flip(flips, fromWrite, fromArrival);
      String name = "EventToPick " + endpoints + " endpoints";
      Arrays.sort(fromWrite);
      Arrays.sort(fromArrival);
      rows.add(new Row(name, "arrival to out, median", millis(fromArrival, 0.5), "ms", LIMIT_MS));
      rows.add(new Row(name, "arrival to out, p99", millis(fromArrival, 0.99), "ms"));
      rows.add(new Row(name, "server's write to out, median", millis(fromWrite, 0.5), "ms"));
      rows.add(new Row(name, "server's write to out, p99", millis(fromWrite, 0.99), "ms"));
      return rows;
    }
  }

  private void flip(int flips, long[] fromWrite, long[] fromArrival) throws InterruptedException {
    List<SimulatedPod> pods = service.pods();
    for (int i = 0; i < flips; i++) {
      SimulatedPod pod = pods.get(i * 7 % pods.size());
      subject = pod.address();
      seen.clear();
      long writtenAt = System.nanoTime();
      SimulatedPod unused = pod.ready(false);
      Seen out = awaitEligible(false);
      fromWrite[i] = out.at() - writtenAt;
      fromArrival[i] = out.at() - out.arrivedAt();
      if (isEligible(watch.view()) || watch.pick().address().equals(subject)) {
        throw new IllegalStateException(subject + " in " + watch.view() + " (expected: out)");
      }
      unused = pod.ready(true);
      Seen back = awaitEligible(true);
      assert back.eligible();
    }
  }

  private void note(ServiceView view) {
    long now = System.nanoTime(); // the view is what pick() reads by now
    boolean unused =
        seen.add(
            new Seen(isEligible(view), source.arrivedAt(), now)); // unbounded: it is always added
  }

  private boolean isEligible(ServiceView view) {
    for (Endpoint endpoint : view.eligible()) {
      if (endpoint.address().equals(subject)) {
        return true;
      }
    }
    return false;
  }

  private Seen awaitEligible(boolean eligible) throws InterruptedException {
    while (true) {
      Seen next = seen.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new IllegalStateException(watch.view() + " (expected: a change of " + subject + ")");
      }
      if (next.eligible() == eligible) {
        return next;
      }
    }
  }

  private static double millis(long[] sorted, double quantile) {
    int index = (int) Math.ceil(quantile * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e6;
  }

  @Override
  public void close() throws IOException {
    watch.close();
    discovery.close();
    server.close();
    Files.delete(directory.resolve("kubeconfig"));
    Files.delete(directory);
  }
}
