package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What a rollout, and the loss of a zone, cost calls at a steady rate. */
@Timeout(180)
class RolloutTest {

  static String address(int generation, int number) {
    return "127." + generation + "." + number / 200 + "." + (number % 200 + 1);
  }

  static String zone(int number) {
    return List.of("a", "b", "c").get(number % 3);
  }

  private static final int PODS = 100;

  @Test
  void aRolloutOfAHundredPodsFailsNoCallAndNoStream() throws Exception {
    try (Cluster cluster = threeZones()) {
      Traffic traffic = replaceAll(cluster, cluster.channel());

      assertThat(traffic.failures()).isEmpty();
      assertThat(traffic.waited()).isZero();
      assertThat(traffic.streamsDone()).isGreaterThan(50);
    }
  }

  /**
   * With {@code -Dslicewise.rollout=1000}: so many pods in another process, replaced at the pace of
   * a Deployment, once for each of {@code -Dslicewise.rollout.policies}, by default ours and {@code
   * round_robin}. It prints what it measured beside the hiccups of this process.
   */
  @Test
  @Timeout(400)
  @EnabledIfSystemProperty(named = "slicewise.rollout", matches = "[0-9]+")
  void aRolloutByAnotherProcessBesideRoundRobin(@TempDir Path directory) throws Exception {
    int pods = Integer.getInteger("slicewise.rollout");
    String policies =
        System.getProperty("slicewise.rollout.policies", "slicewise_zone_aware,round_robin");
    try (RemotePods remote = new RemotePods(pods, directory);
        ServiceDiscovery discovery =
            ServiceDiscovery.builder()
                .cluster(ClusterConfig.kubeconfig(remote.kubeconfig()))
                .namespace("shop")
                .zone("a")
                .callers(Map.of("a", 1.0, "b", 1.0, "c", 1.0))
                .build()) {
      for (String policy : policies.split(",", -1)) {
        remote.prepare();
        ManagedChannel channel =
            Grpc.newChannelBuilder("k8s:///echo.shop:grpc", InsecureChannelCredentials.create())
                .setNameResolverArg(SlicewiseGrpc.DISCOVERY, discovery)
                .intercept(SlicewiseGrpc.retryElsewhere())
                .defaultServiceConfig(
                    Map.of("loadBalancingConfig", List.of(Map.of(policy, Map.of()))))
                .build();
        try (Hiccups hiccups = new Hiccups()) {
          warmUp(channel);
          Traffic traffic = replaceAll(remote, channel, hiccups);
          System.out.printf(
              "rollout of %d pods, %s: %d calls, %d streams, %d failed, %d waited for a connection,"
                  + " longest delay %.1f ms, in the channel %.1f ms (%s), longest call %d ms (%s),"
                  + " longest hiccup %.1f ms%n",
              pods,
              policy,
              traffic.done(),
              traffic.streamsDone(),
              traffic.failures().size(),
              traffic.waited(),
              traffic.longestPickMillis(),
              traffic.longestChoiceMillis(),
              traffic.longestPickJourney(),
              traffic.longestMillis(),
              traffic.longestJourney(),
              hiccups.longestMillis());
          if (policy.startsWith("slicewise")) {
            assertThat(traffic.failures()).isEmpty();
          }
        } finally {
          channel.shutdownNow();
          channel.awaitTermination(20, TimeUnit.SECONDS);
        }
      }
    }
  }

  private static Traffic replaceAll(RemotePods remote, ManagedChannel channel, Hiccups hiccups)
      throws Exception {
    try (Traffic traffic = new Traffic(channel, 500, 50)) {
      await().until(() -> traffic.done() > 2_500);
      traffic.resetLongest();
      hiccups.reset();
      remote.replace();
      int after = traffic.done();
      await().until(() -> traffic.done() > after + 500);
      traffic.drain();
      return traffic;
    }
  }

  /** A JVM that has just started answers late whatever the channel does. */
  private static void warmUp(ManagedChannel channel) throws Exception {
    Burst.start(channel, 20_000, 32).get(60, TimeUnit.SECONDS);
  }

  private static Cluster threeZones() {
    return new Cluster(builder -> builder.zone("a").callers(Map.of("a", 1.0, "b", 1.0, "c", 1.0)));
  }

  /** Every pod is replaced, a quarter at a time, under 500 calls a second and 50 streams. */
  private static Traffic replaceAll(Cluster cluster, ManagedChannel channel) throws Exception {
    for (int i = 0; i < PODS; i++) {
      cluster.pod(address(10, i), zone(i));
      cluster.servers.start(address(11, i)); // else what is measured is how servers start
    }
    warmUp(channel);
    try (Traffic traffic = new Traffic(channel, 500, 50)) {
      await().until(() -> traffic.done() > 500);
      traffic.resetLongest();
      Deque<String> old = new ArrayDeque<>();
      for (int i = 0; i < PODS; i++) {
        old.add(address(10, i));
      }
      for (int i = 0; i < PODS; ) {
        List<String> terminating = new ArrayList<>();
        for (int end = Math.min(PODS, i + PODS / 4); i < end; i++) {
          cluster.list(address(11, i), zone(i));
          String replaced = old.remove();
          cluster.pod(replaced).terminate();
          terminating.add(replaced);
        }
        int before = traffic.done();
        await().until(() -> traffic.done() > before + 250);
        // The kubelet lets a pod finish what it does; new calls to it would be lost.
        terminating.forEach(cluster.servers::stop);
        terminating.forEach(each -> cluster.pod(each).remove());
      }
      int before = traffic.done();
      await().until(() -> traffic.done() > before + 1_000);
      traffic.takeAnswers();
      int after = traffic.done();
      await().until(() -> traffic.done() > after + 500);

      assertThat(traffic.takeAnswers().keySet()).allMatch(each -> each.startsWith("127.11."));
      traffic.drain();
      return traffic;
    }
  }

  /** All pods of a zone are gone at once, and come back. */
  @Test
  void aZoneThatDiesCostsOnlyTheCallsItWasServing() throws Exception {
    try (Cluster cluster =
        new Cluster(builder -> builder.zone("a").callers(Map.of("a", 1.0, "b", 1.0, "c", 1.0)))) {
      for (int i = 0; i < 12; i++) {
        cluster.pod(address(20, i), zone(i));
      }
      ManagedChannel channel = cluster.channel();
      Echo.call(channel, CallOptions.DEFAULT.withWaitForReady());
      try (Traffic traffic = new Traffic(channel, 200, 0)) {
        await().untilAsserted(() -> assertThat(share(traffic, 0)).isCloseTo(1, within(1e-9)));

        for (int i = 0; i < 12; i += 3) {
          cluster.servers.kill(address(20, i));
        }
        int lost = traffic.failures().size();
        int before = traffic.done();
        await().until(() -> traffic.done() > before + 200);
        int settled = traffic.failures().size();
        traffic.takeAnswers();
        int later = traffic.done();
        await().until(() -> traffic.done() > later + 300);
        assertThat(traffic.failures()).hasSize(settled);
        assertThat(lost).isLessThan(20);

        for (int i = 0; i < 12; i += 3) {
          cluster.servers.start(address(20, i));
        }
        await()
            .atMost(Duration.ofSeconds(30))
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> share(traffic, 0) > 0.99);
        assertThat(traffic.failures()).hasSize(settled);
        traffic.drain();
      }
    }
  }

  private static double share(Traffic traffic, int zone) throws InterruptedException {
    traffic.takeAnswers();
    int before = traffic.done();
    while (traffic.done() < before + 100) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    double there = 0;
    double all = 0;
    for (Map.Entry<String, Integer> each : traffic.takeAnswers().entrySet()) {
      int number =
          Integer.parseInt(each.getKey().substring(each.getKey().lastIndexOf('.') + 1)) - 1;
      there += number % 3 == zone ? each.getValue() : 0;
      all += each.getValue();
    }
    return there / all;
  }

  /** A pod that is listed and never answers costs nothing, whether ready or not. */
  @Test
  void anEndpointThatNobodyListensAtIsNotPicked() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(30, 2, "a");
      SimulatedPod nobody = cluster.service().addPod("nobody", "127.30.9.9", "a");
      ManagedChannel channel = cluster.channel();
      for (int i = 0; i < 500; i++) {
        assertThat(Echo.call(channel)).startsWith("127.30.0.");
      }
      nobody.remove();
      assertThat(Echo.call(channel)).startsWith("127.30.0.");
    }
  }
}
