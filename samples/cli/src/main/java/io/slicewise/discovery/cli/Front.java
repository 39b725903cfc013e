package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.testkit.Cluster;
import io.slicewise.discovery.testkit.SimulatedService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The application that calls: a Service of its own, whose instances are unevenly spread over the
 * zones, each with a discovery that is told its zone and its Service.
 */
final class Front implements AutoCloseable {

  /** The zone of each instance. */
  static final List<String> ZONES = List.of("zone-a", "zone-a", "zone-b", "zone-c");

  /** The share of the instances that each zone has. */
  static final Map<String, Double> SHARES = shares();

  static final ServiceTarget SERVICE = ServiceTarget.parse("web.shop");

  private static final Duration FIRST_LISTS = Duration.ofSeconds(10);

  private final List<Caller> callers = new ArrayList<>();

  /**
   * Starts the instances; they know nobody yet.
   *
   * @param slowStart how long they take to give a new pod its full share
   */
  Front(Cluster cluster, Path kubeconfig, Duration slowStart, Random random) {
    SimulatedService web = cluster.service("shop", SERVICE.service());
    for (String zone : ZONES) {
      int number = callers.size() + 1;
      web.addPod("web-" + number, "10.0.0." + number, zone);
      callers.add(new Caller(zone, discover(zone, kubeconfig, slowStart, random)));
    }
  }

  private static ServiceDiscovery discover(
      String zone, Path kubeconfig, Duration slowStart, Random random) {
    return ServiceDiscovery.builder()
        .cluster(ClusterConfig.kubeconfig(kubeconfig))
        .zone(zone)
        .callerService(SERVICE.toString())
        .health(HealthOptions.DEFAULTS.withSlowStart(slowStart))
        .random(new Random(random.nextLong()), new Random(random.nextLong())::nextLong)
        .build();
  }

  private static Map<String, Double> shares() {
    Map<String, Double> shares = new TreeMap<>();
    ZONES.forEach(zone -> shares.merge(zone, 1.0 / ZONES.size(), Double::sum));
    return Collections.unmodifiableMap(shares);
  }

  /** Waits until every instance knows where the others are, and then whom to call. */
  void find(ServiceTarget target) throws InterruptedException {
    List<ServiceWatch> own = callers.stream().map(each -> each.lookAround(SERVICE)).toList();
    Watches.awaitLists(own, FIRST_LISTS);
    List<ServiceWatch> others = callers.stream().map(each -> each.watch(target)).toList();
    Watches.awaitLists(others, FIRST_LISTS);
  }

  List<Caller> callers() {
    return callers;
  }

  @Override
  public void close() {
    callers.forEach(Caller::close);
  }
}
