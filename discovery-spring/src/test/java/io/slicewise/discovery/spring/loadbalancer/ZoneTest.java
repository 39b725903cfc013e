package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;

/** How the calls of load-balanced clients spread over zones. */
@Timeout(60)
class ZoneTest {

  private static final List<String> ZONES = List.of("a", "b", "c");
  private static final Map<String, Double> CALLERS = Map.of("a", 0.5, "b", 0.25, "c", 0.25);
  private static final double TOLERANCE = 0.2;
  private static final double TWO_POINTS = 0.02;

  /** So many that two points are five standard deviations of a share. */
  private static final int CALLS = 12_500;

  private final Shop shop = new Shop();

  @BeforeEach
  void open() {
    for (int zone = 0; zone < 3; zone++) {
      List<Callee> unused = shop.open("checkout", zone + 1, 2, ZONES.get(zone));
    }
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private Caller callerIn(String zone, String... more) {
    String[] all = new String[more.length + 4];
    all[0] = "slicewise.zone=" + zone;
    all[1] = "slicewise.callers.shares.a=0.5";
    all[2] = "slicewise.callers.shares.b=0.25";
    all[3] = "slicewise.callers.shares.c=0.25";
    System.arraycopy(more, 0, all, 4, more.length);
    return Caller.withoutGateway(shop, all);
  }

  /** The parts of the calls that go to each zone. */
  private static Map<String, Double> spread(Caller caller, String serviceId) throws IOException {
    caller.synced(serviceId);
    LoadBalancerClient client = caller.bean(LoadBalancerClient.class);
    Map<String, Double> shares = new TreeMap<>();
    for (int i = 0; i < CALLS; i++) {
      String zone = client.execute(serviceId, ZoneTest::zone);
      shares.merge(zone, 1.0 / CALLS, Double::sum);
    }
    return shares;
  }

  private static String zone(ServiceInstance instance) {
    return instance.getMetadata().get("zone");
  }

  @Test
  void leavesTheZoneAsLittleAsIsPossible() throws IOException {
    double crossed = 0;
    double least = 0;
    for (String zone : ZONES) {
      double callers = CALLERS.get(zone);
      try (Caller caller = callerIn(zone)) {
        Map<String, Double> shares = spread(caller, "checkout");
        double stays = Math.min(1, (1 + TOLERANCE) / 3 / callers);
        assertThat(shares.get(zone)).isCloseTo(stays, within(TWO_POINTS));
        if (zone.equals("a")) { // both others have the same room
          assertThat(shares.get("b")).isCloseTo((1 - stays) / 2, within(TWO_POINTS));
          assertThat(caller.inFlight("checkout")).isZero();
        }
        crossed += callers * (1 - shares.get(zone));
        least += callers * (1 - stays);
      }
    }
    System.out.printf(
        "of all calls %.1f %% leave their zone, the least is %.1f %%%n",
        100 * crossed, 100 * least);
    assertThat(least).isCloseTo(0.1, within(1e-9));
    assertThat(crossed).isCloseTo(least, within(TWO_POINTS));
  }

  @Test
  void doesForAServiceWhatIsConfiguredForIt() throws IOException {
    try (Caller caller =
        callerIn(
            "a",
            "slicewise.services.even.service=checkout",
            "slicewise.services.even.policy=uniform",
            "slicewise.services.local.service=checkout",
            "slicewise.services.local.policy=same-zone")) {
      assertThat(spread(caller, "even"))
          .allSatisfy((zone, share) -> assertThat(share).isCloseTo(1 / 3.0, within(TWO_POINTS)));
      assertThat(spread(caller, "local")).containsOnlyKeys("a");
    }
  }

  @Test
  void keepsToAsManyPodsOfAServiceAsAreConfiguredForIt() {
    SimulatedService wide = shop.service("wide").port("http", 80, 8080);
    wide.batch(
        () -> {
          for (int i = 1; i <= 12; i++) {
            wide.addPod("wide-" + i, "10.0.0." + i, "a");
          }
        });
    try (Caller caller =
        callerIn("a", "slicewise.services.few.service=wide", "slicewise.services.few.subset=3")) {
      assertThat(chosen(caller, "few")).hasSize(3);
      assertThat(chosen(caller, "wide")).hasSize(12);
    }
  }

  private static Set<String> chosen(Caller caller, String serviceId) {
    caller.synced(serviceId);
    LoadBalancerClient client = caller.bean(LoadBalancerClient.class);
    Set<String> chosen = new TreeSet<>();
    for (int i = 0; i < 500; i++) {
      chosen.add(client.choose(serviceId).getHost());
    }
    return chosen;
  }

  @Test
  void tellsSpringsOwnLoadBalancerTheZones() throws IOException {
    try (Caller caller =
        Caller.withoutGateway(
            shop,
            "slicewise.loadbalancer.enabled=false",
            "spring.cloud.loadbalancer.configurations=zone-preference",
            "spring.cloud.loadbalancer.zone=b")) {
      assertThat(spread(caller, "checkout")).containsOnlyKeys("b");
    }
  }
}
