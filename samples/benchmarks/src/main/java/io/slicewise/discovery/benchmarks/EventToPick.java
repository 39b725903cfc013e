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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An endpoint turns unready: how long until it is out of {@code pick()}. Over the embedded API
 * server in the same process, TLS, HTTP/2 and real sockets. There are three clocks: from the
 * server's write, which includes its own work; from the moment the event is in the server's store,
 * when its write returns; and from the event's arrival at the discovery, decoded. Once for pods
 * that turn unready and come back, and once for pods that begin to terminate.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar io.slicewise.discovery.benchmarks.EventToPick
 * </pre>
 */
public final class EventToPick implements AutoCloseable {

  private static final int WARM_UP = 150;
  private static final int TIMES = 500;
  private static final int REPLACEMENTS = 100; // their generation
  private static final Bound MEDIAN = Bound.atMost(5); // in milliseconds
  private static final Bound P99 = Bound.atMost(10);

  private final EmbeddedApiServer server;
  private final TemporaryKubeconfig kubeconfig;
  private final SimulatedService service;
  private final StampingSource source;
  private final ServiceDiscovery discovery;
  private final ServiceWatch watch;
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private volatile String subject = "";
  private int replacements;

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
    Pods.add(service, endpoints);
    kubeconfig = new TemporaryKubeconfig(server);
    ClusterConfig cluster = ClusterConfig.kubeconfig(kubeconfig.file());
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
      measure(endpoints, WARM_UP, TIMES).forEach(row -> System.out.println(row.line()));
    }
  }

  static List<Row> measure(int endpoints, int warmUp, int times) throws Exception {
    try (EventToPick run = new EventToPick(endpoints)) {
      List<Row> rows = new ArrayList<>();
      run.turnUnready(new Times(warmUp));
      Times unready = new Times(times);
      run.turnUnready(unready);
      rows.addAll(unready.rows("EventToPick slicewise, unready, " + endpoints));
      run.terminate(new Times(warmUp));
      Times terminating = new Times(times);
      run.terminate(terminating);
      rows.addAll(terminating.rows("EventToPick slicewise, terminating, " + endpoints));
      return rows;
    }
  }

  /** How long each time took, by all three clocks. */
  private static final class Times {

    private final long[] fromWrite;
    private final long[] fromStore;
    private final long[] fromArrival;

    Times(int count) {
      fromWrite = new long[count];
      fromStore = new long[count];
      fromArrival = new long[count];
    }

    void add(int index, long writeAt, long storedAt, Seen out) {
      fromWrite[index] = out.at() - writeAt;
      fromStore[index] = Math.max(0, out.at() - storedAt); // the watch is told before that
      fromArrival[index] = out.at() - out.arrivedAt();
    }

    List<Row> rows(String name) {
      Quantiles arrival = new Quantiles(fromArrival);
      Quantiles store = new Quantiles(fromStore);
      Quantiles write = new Quantiles(fromWrite);
      return List.of(
          new Row(name, "event arrived to out, median", arrival.millis(0.5), "ms", MEDIAN),
          new Row(name, "event arrived to out, p99", arrival.millis(0.99), "ms", P99),
          new Row(name, "event stored to out, median", store.millis(0.5), "ms"),
          new Row(name, "event stored to out, p99", store.millis(0.99), "ms", P99),
          new Row(name, "write begun to out, median", write.millis(0.5), "ms"),
          new Row(name, "write begun to out, p99", write.millis(0.99), "ms"));
    }
  }

  private void turnUnready(Times times) throws InterruptedException {
    List<SimulatedPod> pods = service.pods();
    for (int i = 0; i < times.fromWrite.length; i++) {
      SimulatedPod pod = pods.get(i * 7 % pods.size());
      goesOut(pod, times, i, () -> pod.ready(false));
      SimulatedPod unused = pod.ready(true);
      Seen back = awaitEligible(true);
      assert back.eligible();
    }
  }

  private void terminate(Times times) throws InterruptedException {
    List<SimulatedPod> pods = service.pods();
    for (int i = 0; i < times.fromWrite.length; i++) {
      SimulatedPod pod = pods.get(i * 7 % pods.size());
      goesOut(pod, times, i, pod::terminate);
      String zone = pod.zone();
      pod.remove();
      subject = Pods.address(REPLACEMENTS, ++replacements);
      SimulatedPod unused = service.addPod(Pods.name(REPLACEMENTS, replacements), subject, zone);
      Seen back = awaitEligible(true);
      assert back.eligible();
      pods = service.pods();
    }
  }

  private void goesOut(SimulatedPod pod, Times times, int index, Runnable change)
      throws InterruptedException {
    subject = pod.address();
    seen.clear();
    long writeAt = System.nanoTime();
    change.run();
    long storedAt = System.nanoTime();
    times.add(index, writeAt, storedAt, awaitEligible(false));
    if (isEligible(watch.view()) || watch.pick().address().equals(subject)) {
      throw new IllegalStateException(subject + " in " + watch.view() + " (expected: out)");
    }
  }

  private void note(ServiceView view) {
    long now = System.nanoTime(); // the view is what pick() reads by now
    boolean unused =
        seen.add(
            new Seen(isEligible(view), source.arrivedAt(), now)); // unbounded: it is always added
  }

  private boolean isEligible(ServiceView view) {
    String address = subject; // the same for all of them
    for (Endpoint endpoint : view.eligible()) {
      if (endpoint.address().equals(address)) {
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

  @Override
  public void close() throws IOException {
    watch.close();
    discovery.close();
    server.close();
    kubeconfig.close();
  }
}
