package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Addresses that neither refuse nor answer. */
@Timeout(120)
class BlackHoleTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static boolean isIn(String zone, String server) {
    return server.startsWith("127." + zone + ".");
  }

  /** The part of the answers since the last time that came from a zone. */
  private static double share(Traffic traffic, String zone) {
    traffic.takeAnswers();
    int before = traffic.done();
    await().atMost(PATIENCE).until(() -> traffic.done() >= before + 100);
    double there = 0;
    double all = 0;
    for (Map.Entry<String, Integer> each : traffic.takeAnswers().entrySet()) {
      there += isIn(zone, each.getKey()) ? each.getValue() : 0;
      all += each.getValue();
    }
    return there / all;
  }

  /** Zone a is 127.61, behind wires to 127.64; every call of a caller there should stay there. */
  @Test
  void aZoneThatIsSwallowedCostsTheCallsOnItsConnectionsAndIsUsedAgainWhenItReturns()
      throws Exception {
    EventLoopGroup group = new NioEventLoopGroup(1);
    List<Wire> wires = new ArrayList<>();
    Map<String, Double> callers = Map.of("a", 1.0, "b", 1.0, "c", 1.0);
    try (Cluster cluster = new Cluster(builder -> builder.zone("a").callers(callers))) {
      cluster.pods(62, 3, "b");
      cluster.pods(63, 3, "c");
      for (int i = 1; i <= 3; i++) {
        String address = "127.61.0." + i;
        String behind = "127.64.0." + i;
        cluster.servers.start(behind, text -> address);
        wires.add(new Wire(group, address, behind, cluster.servers.port()));
        cluster.service().addPod("swallowed-" + i, address, "a");
      }
      ManagedChannel channel =
          cluster.channel(
              new Overheard()
                  .builder()
                  .keepAliveTime(10, TimeUnit.SECONDS)
                  .keepAliveTimeout(2, TimeUnit.SECONDS),
              SlicewiseGrpc.serviceConfig(ZoneAwareConfig.DEFAULTS));
      Burst.start(channel, 2_000, 16).get(60, TimeUnit.SECONDS);
      try (Traffic traffic = new Traffic(channel, 200, 0, Duration.ofSeconds(1))) {
        await().atMost(PATIENCE).until(() -> share(traffic, "61") == 1);
        assertThat(traffic.failures()).isEmpty();

        wires.forEach(wire -> wire.setWhole(false));
        int before = traffic.done();
        await().atMost(PATIENCE).until(() -> traffic.done() >= before + 300);
        int lost = traffic.failures().size(); // the deadlines of those that were lost are over
        assertThat(share(traffic, "61")).isZero();
        assertThat(share(traffic, "61")).isZero();
        assertThat(traffic.failures()).hasSize(lost);
        assertThat(traffic.failedAt().keySet()).allMatch(each -> isIn("61", each));

        wires.forEach(wire -> wire.setWhole(true));
        long back = System.nanoTime();
        await().atMost(PATIENCE).until(() -> share(traffic, "61") == 1);
        System.out.printf(
            "a swallowed zone: %d calls, %d lost: %s; all is as before %d ms after it returned%n",
            traffic.done(),
            lost,
            traffic.failedAt(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back));
        traffic.drain();
        assertThat(traffic.failures()).hasSize(lost);
      }
    } finally {
      wires.forEach(Wire::close);
      group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  /** Their connections are accepted by the system, and nobody ever says anything. */
  @Test
  void endpointsThatNeverAnswerDoNotKeepOthersFromBeingConnected() throws Exception {
    ZoneAwareConfig defaults = ZoneAwareConfig.DEFAULTS;
    ZoneAwareConfig twoAtATime =
        new ZoneAwareConfig(
            defaults.zoneAware(), defaults.strategy(), defaults.health(), false, 2, null, Map.of());
    List<ServerSocket> silent = new ArrayList<>();
    try (Cluster cluster = new Cluster()) {
      cluster.pods(65, 1, "a");
      cluster.pod("127.65.0.2").remove();
      for (int i = 1; i <= 4; i++) {
        String address = "127.66.0." + i;
        silent.add(new ServerSocket(cluster.servers.port(), 50, InetAddress.getByName(address)));
        cluster.service().addPod("silent-" + i, address, "a");
      }
      ManagedChannel channel = cluster.channel(twoAtATime);
      channel.getState(true);
      // The first ones are being connected to: nobody else is to wait for them.
      await().until(() -> cluster.api.openWatches() == 1);
      cluster.pod("127.65.0.3", "a");
      cluster.pod("127.65.0.4", "a");

      Map<String, Integer> answers = Burst.start(channel, 10, 2).get(30, TimeUnit.SECONDS);
      assertThat(answers.keySet()).allMatch(each -> each.startsWith("127.65.0."));
      await()
          .atMost(PATIENCE)
          .until(() -> Burst.start(channel, 100, 2).get(30, TimeUnit.SECONDS).size() == 2);
    } finally {
      for (ServerSocket each : silent) {
        each.close();
      }
    }
  }
}
