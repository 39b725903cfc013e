package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.slicewise.discovery.balance.PickStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where real calls of callers in every zone go, against the least that has to leave the zones: of
 * all calls, zone i sends max(0, d_i - (1 + ε) c_i) elsewhere, where d_i is its part of the callers
 * and c_i its part of the endpoints. That goes to where there is room, max(0, c_j - d_j).
 */
@Timeout(120)
class ZoneShareTest {

  private static final List<String> ZONES = List.of("a", "b", "c");
  private static final double TWO_POINTS = 0.02;

  /** So few are enough where all calls have to go to one zone. */
  private static final int FEW = 500;

  /** A case of the table: parts of the callers, and endpoints, in each zone. */
  private record Case(double[] callers, int[] endpoints, double tolerance, PickStrategy strategy) {

    static Case of(String callers, String endpoints, double tolerance, PickStrategy strategy) {
      String[] parts = callers.split("/");
      String[] counts = endpoints.split("/");
      double[] d = new double[parts.length];
      int[] c = new int[counts.length];
      double sum = 0;
      for (String part : parts) {
        sum += Double.parseDouble(part);
      }
      for (int i = 0; i < d.length; i++) {
        d[i] = Double.parseDouble(parts[i]) / sum;
        c[i] = Integer.parseInt(counts[i]);
      }
      return new Case(d, c, tolerance, strategy);
    }

    int servers() {
      int all = 0;
      for (int each : endpoints) {
        all += each;
      }
      return all;
    }

    double capacity(int zone) {
      return (double) endpoints[zone] / servers();
    }

    /** The part of all calls that has to leave a zone. */
    double leaves(int zone) {
      return Math.max(0, callers[zone] - (1 + tolerance) * capacity(zone));
    }

    double leaves() {
      double all = 0;
      for (int zone = 0; zone < callers.length; zone++) {
        all += leaves(zone);
      }
      return all;
    }

    /** The part of one zone's calls that goes to another one, or stays. */
    double share(int from, int to) {
      double away = leaves(from) / callers[from];
      if (from == to) {
        return 1 - away;
      }
      double room = 0;
      for (int zone = 0; zone < callers.length; zone++) {
        room += Math.max(0, capacity(zone) - callers[zone]);
      }
      return away == 0 ? 0 : away * Math.max(0, capacity(to) - callers[to]) / room;
    }

    /** So many that two points of all calls are five standard deviations of what leaves a zone. */
    int calls(int from) {
      double variance = 0;
      for (int to = 0; to < callers.length; to++) {
        variance = Math.max(variance, share(from, to) * (1 - share(from, to)));
      }
      double part = callers[from];
      double enough = 25 * variance * part * part / (TWO_POINTS * TWO_POINTS);
      return Math.max(FEW, (int) Math.ceil(enough));
    }

    /** Five standard deviations of a share; 0 of one that is all or nothing. */
    double margin(int from, int to) {
      return 5 * Math.sqrt(share(from, to) * (1 - share(from, to)) / calls(from));
    }

    ZoneAwareConfig config(int zone) {
      Map<String, Double> where = new TreeMap<>();
      for (int i = 0; i < callers.length; i++) {
        where.put(ZONES.get(i), callers[i]);
      }
      ZoneAwareConfig defaults = ZoneAwareConfig.DEFAULTS;
      return new ZoneAwareConfig(
          defaults.zoneAware().withTolerance(tolerance),
          strategy,
          defaults.health(),
          false,
          defaults.maxConnecting(),
          ZONES.get(zone),
          where);
    }
  }

  /** The calls of one zone's callers, by who answered them. */
  private record Calls(Map<String, Integer> answers, int all) {

    double share(int zone) {
      double there = 0;
      for (Map.Entry<String, Integer> each : answers.entrySet()) {
        there += zoneOf(each.getKey()) == zone ? each.getValue() : 0;
      }
      return there / all;
    }

    int servers(int zone) {
      return (int) answers.keySet().stream().filter(each -> zoneOf(each) == zone).count();
    }

    private static int zoneOf(String server) {
      return Integer.parseInt(server.split("\\.")[1]) - 1;
    }
  }

  private static List<Calls> call(List<ManagedChannel> channels, int[] times) throws Exception {
    List<Burst> bursts = new ArrayList<>();
    for (int zone = 0; zone < times.length; zone++) {
      bursts.add(Burst.start(channels.get(zone), times[zone], 16));
    }
    List<Calls> calls = new ArrayList<>();
    for (int zone = 0; zone < times.length; zone++) {
      calls.add(new Calls(bursts.get(zone).get(60, TimeUnit.SECONDS), times[zone]));
    }
    return calls;
  }

  private static List<ManagedChannel> channels(Cluster cluster, Case each) {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int zone = 0; zone < ZONES.size(); zone++) {
      channels.add(cluster.channel(each.config(zone)));
    }
    // Before all are connected, those that are get the calls of their zone.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> reachesEveryServer(each, call(channels, new int[] {200, 200, 200})));
    return channels;
  }

  private static boolean reachesEveryServer(Case each, List<Calls> calls) {
    for (int from = 0; from < ZONES.size(); from++) {
      for (int to = 0; to < ZONES.size(); to++) {
        boolean often = each.share(from, to) > 0.2;
        if (often && calls.get(from).servers(to) < each.endpoints()[to]) {
          return false;
        }
      }
    }
    return true;
  }

  private static void spreadsAsItShould(Cluster cluster, Case each, double known) throws Exception {
    List<ManagedChannel> channels = channels(cluster, each);
    int[] times = new int[ZONES.size()];
    for (int zone = 0; zone < times.length; zone++) {
      times[zone] = each.calls(zone);
    }
    List<Calls> calls = call(channels, times);
    channels.forEach(ManagedChannel::shutdownNow);

    double crossed = 0;
    double[] inflow = new double[ZONES.size()];
    Map<String, Double> loads = new TreeMap<>(); // of servers, where an equal load is 1
    for (int from = 0; from < times.length; from++) {
      double callers = each.callers()[from];
      double unit = callers / times[from] * each.servers();
      calls.get(from).answers().forEach((to, count) -> loads.merge(to, unit * count, Double::sum));
      crossed += callers * (1 - calls.get(from).share(from));
      for (int to = 0; to < times.length; to++) {
        double share = calls.get(from).share(to);
        inflow[to] += callers * share;
        assertThat(share).isCloseTo(each.share(from, to), within(each.margin(from, to)));
      }
    }
    double busiest = loads.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    System.out.printf(
        "callers %s, endpoints %s, tolerance %.1f: %.1f %% of calls cross, the least is %.1f %%;"
            + " %s: busiest endpoint %.2f of an equal load%n",
        Arrays.toString(each.callers()),
        Arrays.toString(each.endpoints()),
        each.tolerance(),
        100 * crossed,
        100 * each.leaves(),
        each.strategy().label(),
        busiest);
    assertThat(100 * each.leaves()).isCloseTo(known, within(0.1));
    assertThat(crossed).isCloseTo(each.leaves(), within(TWO_POINTS));
    for (int zone = 0; zone < inflow.length; zone++) {
      assertThat(inflow[zone])
          .isLessThan((1 + each.tolerance()) * each.capacity(zone) + TWO_POINTS);
    }
    if (each.strategy() == PickStrategy.ROUND_ROBIN) { // two choices prefer who is faster just now
      assertThat(busiest).isLessThan(1 + each.tolerance() + margin(each));
    }
  }

  /**
   * Five standard deviations of the load of an endpoint that gets its calls in turn: how many come
   * into its zone is left to chance, and a call more or less from each zone.
   */
  private static double margin(Case each) {
    double widest = 0;
    double oneCall = 0;
    for (int to = 0; to < ZONES.size(); to++) {
      int count = each.endpoints()[to];
      double variance = 0;
      for (int from = 0; from < ZONES.size(); from++) {
        double share = each.share(from, to);
        double unit = each.callers()[from] / each.calls(from);
        variance += unit * unit * each.calls(from) * share * (1 - share);
        oneCall = Math.max(oneCall, unit);
      }
      widest = count == 0 ? widest : Math.max(widest, Math.sqrt(variance) / count);
    }
    return (5 * widest + ZONES.size() * oneCall) * each.servers();
  }

  @ParameterizedTest(name = "callers {0}, endpoints {1}")
  @CsvSource({
    "50/25/25, 10/10/10, 16.7, 13.3, 10.0",
    "1/1/1, 4/4/3, 6.1, 3.3, 0.6",
    "1/1/1, 10/10/2, 24.2, 23.3, 22.4",
    "80/10/10, 10/10/10, 46.7, 43.3, 40.0",
    "1/1/1, 10/10/0, 33.3, 33.3, 33.3",
  })
  void crossesZonesAsLittleAsIsPossibleAndOverloadsNoEndpoint(
      String callers, String endpoints, double at0, double at01, double at02) throws Exception {
    try (Cluster cluster = new Cluster()) {
      int[] counts = Case.of(callers, endpoints, 0, PickStrategy.ROUND_ROBIN).endpoints();
      for (int zone = 0; zone < counts.length; zone++) {
        cluster.pods(zone + 1, counts[zone], ZONES.get(zone));
      }
      spreadsAsItShould(cluster, Case.of(callers, endpoints, 0, PickStrategy.ROUND_ROBIN), at0);
      spreadsAsItShould(cluster, Case.of(callers, endpoints, 0.1, PickStrategy.ROUND_ROBIN), at01);
      spreadsAsItShould(cluster, Case.of(callers, endpoints, 0.2, PickStrategy.TWO_CHOICES), at02);
    }
  }
}
