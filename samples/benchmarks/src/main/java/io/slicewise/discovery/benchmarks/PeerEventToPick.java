package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link EventToPick} for what others have: a pod turns unready; how long until it is not chosen
 * any more. Measured from the moment the event is in the embedded server's store.
 *
 * <ul>
 *   <li>Armeria: a {@code DynamicEndpointGroup} that a fabric8 informer of the Service's slices
 *       fills. Armeria's own {@code KubernetesEndpointGroup} looks at pods, nodes and node ports
 *       and not at readiness: it would never leave the pod out.
 *   <li>Spring Cloud LoadBalancer over a discovery client that asks the API server for the
 *       Service's Endpoints, as Spring Cloud Kubernetes reads those. Between the two is Spring
 *       Cloud's cache with its default of 35 s, which no event empties: the pods turn unready at
 *       any time in it.
 * </ul>
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar io.slicewise.discovery.benchmarks.PeerEventToPick
 * </pre>
 */
public final class PeerEventToPick {

  private static final int ENDPOINTS = 100;
  private static final int WARM_UP = 50;
  private static final int TIMES = 200;
  private static final int SERVICES = 40;
  private static final Duration CACHED = Duration.ofSeconds(35); // Spring Cloud's default

  private PeerEventToPick() {}

  /** Measures both. */
  public static void main(String[] args) throws Exception {
    armeria(WARM_UP, TIMES).forEach(row -> System.out.println(row.line()));
    spring(SERVICES, CACHED).forEach(row -> System.out.println(row.line()));
    System.exit(0);
  }

  static List<Row> armeria(int warmUp, int times) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start();
        TemporaryKubeconfig kubeconfig = new TemporaryKubeconfig(server)) {
      SimulatedService service = server.cluster().service(Fleet.NAMESPACE, Fleet.SERVICE);
      Pods.add(service, ENDPOINTS);
      try (InformedGroup group = new InformedGroup(kubeconfig.file())) {
        long[] unused = flip(service, group, warmUp);
        long[] nanos = flip(service, group, times);
        return rows("Armeria, unready, " + ENDPOINTS, nanos);
      }
    }
  }

  private static long[] flip(SimulatedService service, InformedGroup group, int times)
      throws InterruptedException {
    List<SimulatedPod> pods = service.pods();
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      SimulatedPod pod = pods.get(i * 7 % pods.size());
      SimulatedPod unused = pod.ready(false);
      long storedAt = System.nanoTime();
      nanos[i] = Math.max(0, group.awaitMembers(ENDPOINTS - 1) - storedAt);
      if (group.contains(pod.address())) {
        throw new IllegalStateException(pod + " in the group (expected: out)");
      }
      unused = pod.ready(true);
      long back = group.awaitMembers(ENDPOINTS);
      assert back > storedAt;
    }
    return nanos;
  }

  static List<Row> spring(int services, Duration cached) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.builder().endpoints(true).start();
        TemporaryKubeconfig kubeconfig = new TemporaryKubeconfig(server)) {
      List<SimulatedService> all = new ArrayList<>();
      for (int i = 0; i < services; i++) {
        SimulatedService service =
            server.cluster().service(Fleet.NAMESPACE, Fleet.SERVICE + "-" + i);
        Pods.add(service, 3);
        all.add(service);
      }
      try (PollingSpring spring = new PollingSpring(kubeconfig.file(), cached)) {
        return rows("Spring Cloud, unready, 3", spring.turnUnready(all, cached));
      }
    }
  }

  private static List<Row> rows(String name, long[] nanos) {
    Quantiles stored = new Quantiles(nanos);
    String benchmark = "EventToPick " + name;
    return List.of(
        new Row(benchmark, "event stored to out, median", stored.millis(0.5), "ms"),
        new Row(benchmark, "event stored to out, p99", stored.millis(0.99), "ms"));
  }
}
