package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls over real channels to real servers, while the Service does what Services do. */
@Timeout(60)
class ChannelTest {

  private static Map<String, Integer> calls(ManagedChannel channel, int times) {
    Map<String, Integer> answers = new HashMap<>();
    for (int i = 0; i < times; i++) {
      answers.merge(Echo.call(channel), 1, Integer::sum);
    }
    return answers;
  }

  private static void awaitAll(ManagedChannel channel, int servers) {
    await().until(() -> calls(channel, 20 * servers).size() == servers);
  }

  @Test
  void callsGoToEveryReadyEndpointAndFollowChanges() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 3, "a");
      ManagedChannel channel = cluster.channel();
      awaitAll(channel, 3);

      cluster.pod("127.1.9.9", "a");
      await().until(() -> calls(channel, 100).containsKey("127.1.9.9"));
      cluster.pod("127.1.9.9").ready(false);
      await().until(() -> !calls(channel, 100).containsKey("127.1.9.9"));

      assertThat(channel.authority()).isEqualTo("echo.shop.svc");
      assertThat(calls(channel, 100)).hasSize(3);
    }
  }

  @Test
  void aStreamOfATerminatingEndpointFinishesAndNewCallsGoElsewhere() throws Exception {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 2, "a");
      ManagedChannel channel = cluster.channel();
      awaitAll(channel, 2);
      List<String> heard = new CopyOnWriteArrayList<>();
      CompletableFuture<Void> done = new CompletableFuture<>();
      StreamObserver<String> talk =
          Echo.talk(
              channel,
              new StreamObserver<>() {
                @Override
                public void onNext(String value) {
                  heard.add(value);
                }

                @Override
                public void onError(Throwable failure) {
                  done.completeExceptionally(failure);
                }

                @Override
                public void onCompleted() {
                  done.complete(null);
                }
              });
      talk.onNext("one");
      await().until(() -> heard.size() == 1);
      String server = heard.get(0);

      cluster.pod(server).terminate();
      await().until(() -> !calls(channel, 50).containsKey(server));
      cluster.pod(server).remove();
      await().until(() -> cluster.api.cluster() != null);
      talk.onNext("two");
      await().until(() -> heard.size() == 2);
      talk.onCompleted();

      done.get(10, TimeUnit.SECONDS);
      assertThat(heard).containsExactly(server, server);
    }
  }

  @Test
  void aServiceThatDoesNotExistYetIsSaidToBeMissingAndWaitedFor() {
    try (Cluster cluster = new Cluster()) {
      ManagedChannel channel = cluster.channel();

      assertThatThrownBy(() -> Echo.call(channel))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("UNAVAILABLE: k8s:///echo.shop:grpc: no EndpointSlice names");
      CompletableFuture<String> waiting =
          CompletableFuture.supplyAsync(
              () -> Echo.call(channel, CallOptions.DEFAULT.withWaitForReady()));
      cluster.pods(1, 1, "a");

      assertThat(waiting.join()).startsWith("127.1.");
    }
  }

  @Test
  void scalesToZeroAndBack() {
    try (Cluster cluster = new Cluster()) {
      SimulatedPod pod = cluster.pod("127.1.0.1", "a");
      ManagedChannel channel = cluster.channel();
      assertThat(Echo.call(channel)).isEqualTo("127.1.0.1");

      pod.remove();
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> Echo.call(channel))
                      .hasMessageContaining("its selector matches no pod"));
      CompletableFuture<String> waiting =
          CompletableFuture.supplyAsync(
              () -> Echo.call(channel, CallOptions.DEFAULT.withWaitForReady()));
      cluster.pod("127.1.0.2", "a");

      assertThat(waiting.join()).isEqualTo("127.1.0.2");
      assertThat(Echo.call(channel)).isEqualTo("127.1.0.2");
    }
  }

  @Test
  void saysWhatIsWrongWhenTheApiServerIsAwayAndRecovers() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 1, "a");
      cluster.api.kill();
      ManagedChannel channel = cluster.channel();
      CompletableFuture<String> waiting =
          CompletableFuture.supplyAsync(
              () -> Echo.call(channel, CallOptions.DEFAULT.withWaitForReady()));

      assertThatThrownBy(() -> Echo.call(channel))
          .hasMessageContaining("UNAVAILABLE: k8s:///echo.shop:grpc: no endpoints known yet");
      assertThat(waiting).isNotDone();
      cluster.api.restart();

      assertThat(waiting.join()).startsWith("127.1.");
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(Echo.call(channel)).startsWith("127.1."));
    }
  }

  @Test
  void saysWhatIsCalledAndWhyWhenNoEndpointCanBeReached() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 2, "a");
      cluster.servers.kill("127.1.0.2");
      cluster.servers.kill("127.1.0.3");
      ManagedChannel channel = cluster.channel();

      assertThatThrownBy(() -> Echo.call(channel))
          .hasMessageStartingWith(
              "UNAVAILABLE: k8s:///echo.shop:grpc: none of 2 endpoints can be reached: ")
          .hasMessageContaining("Connection refused");
    }
  }

  @Test
  void goesOnWhileTheApiServerIsAway() {
    try (Cluster cluster = new Cluster(builder -> builder.staleAfter(Duration.ZERO))) {
      cluster.pods(1, 3, "a");
      ManagedChannel channel = cluster.channel();
      awaitAll(channel, 3);

      cluster.api.kill();

      assertThat(calls(channel, 1_000)).hasSize(3);
      assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);
    }
  }

  @Test
  void callsStayInTheOwnZoneAsFarAsTheBoundAllows() {
    try (Cluster cluster =
        new Cluster(builder -> builder.zone("a").callers(Map.of("a", 0.5, "b", 0.25, "c", 0.25)))) {
      cluster.pods(1, 4, "a");
      cluster.pods(2, 4, "b");
      cluster.pods(3, 4, "c");
      ManagedChannel channel = cluster.channel();
      awaitAll(channel, 12);

      Map<String, Integer> answers = calls(channel, 6_000);

      double local = 0;
      for (Map.Entry<String, Integer> each : answers.entrySet()) {
        local += each.getKey().startsWith("127.1.") ? each.getValue() : 0;
      }
      assertThat(local / 6_000).isCloseTo(0.8, within(0.02));
    }
  }

  @Test
  void aKilledServerCostsNoNewCallAndIsUsedAgainWhenItReturns() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 4, "a");
      ManagedChannel channel = cluster.channel();
      awaitAll(channel, 4);
      String victim = calls(channel, 100).keySet().iterator().next();

      cluster.servers.kill(victim);
      await().until(() -> failures(channel, 50) == 0);
      assertThat(calls(channel, 200)).hasSize(3);
      cluster.servers.start(victim);

      await().atMost(Duration.ofSeconds(30)).until(() -> calls(channel, 100).containsKey(victim));
    }
  }

  private static int failures(ManagedChannel channel, int times) {
    int failures = 0;
    for (int i = 0; i < times; i++) {
      try {
        Echo.call(channel);
      } catch (StatusRuntimeException e) {
        failures++;
      }
    }
    return failures;
  }

  @Test
  void anEndpointThatFailsEveryCallIsLeftAlone() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 4, "a");
      cluster.servers.start(
          "127.1.7.7",
          text -> {
            throw Status.UNAVAILABLE.withDescription("sick").asRuntimeException();
          });
      cluster.service().addPod("sick", "127.1.7.7", "a");
      ManagedChannel channel = cluster.channel();
      awaitHealthy(channel);

      assertThat(failures(channel, 2_000)).isLessThan(20);
    }
  }

  /** As those of long calls do when their server ends; its pod was deleted before. */
  @Test
  void callsThatFailAfterTheirPodHasLeftKeepNoSickOneIn() {
    try (Cluster cluster = new Cluster()) {
      Set<String> sick = ConcurrentHashMap.newKeySet();
      Queue<StreamObserver<String>> held = new ConcurrentLinkedQueue<>();
      for (int i = 1; i <= 4; i++) {
        String address = "127.1.0." + i;
        cluster.pod(
            address,
            "a",
            InsecureServerCredentials.create(),
            Echo.calls(
                (text, answers) -> {
                  if (text.equals("wait") && address.equals("127.1.0.1")) {
                    held.add(answers);
                  } else if (sick.contains(address)) {
                    answers.onError(Status.UNAVAILABLE.asRuntimeException());
                  } else {
                    answers.onNext(address);
                    answers.onCompleted();
                  }
                }));
      }
      Map<String, ?> random = Map.of("strategy", "random"); // also who has calls gets more
      ManagedChannel channel = cluster.channel(ZoneAwareConfig.fromJson(random));
      awaitAll(channel, 4);
      for (int i = 0; i < 100; i++) {
        var unused =
            ClientCalls.futureUnaryCall(channel.newCall(Echo.CALL, CallOptions.DEFAULT), "wait");
      }
      await().until(() -> held.size() >= 5);
      cluster.pod("127.1.0.1").remove();
      await().until(() -> !calls(channel, 100).containsKey("127.1.0.1"));

      held.forEach(answers -> answers.onError(Status.UNAVAILABLE.asRuntimeException()));
      sick.add("127.1.0.2");

      assertThat(failures(channel, 1_000)).isLessThan(20);
    }
  }

  private static void awaitHealthy(ManagedChannel channel) {
    await().until(() -> failures(channel, 200) == 0);
  }

  @Test
  void stockPoliciesWorkWithOurResolver() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 3, "a");
      for (String policy : List.of("round_robin", "pick_first")) {
        ManagedChannel channel =
            cluster.keep(
                Grpc.newChannelBuilder(
                        "kubernetes://shop/echo:grpc", InsecureChannelCredentials.create())
                    .setNameResolverArg(SlicewiseGrpc.DISCOVERY, cluster.discovery)
                    .defaultLoadBalancingPolicy(policy)
                    .build());
        awaitAll(channel, policy.equals("round_robin") ? 3 : 1);
      }
    }
  }

  @Test
  void worksUnderOutlierDetection() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 3, "a");
      Map<String, ?> config =
          Map.of(
              "loadBalancingConfig",
              List.of(
                  Map.of(
                      "outlier_detection_experimental",
                      Map.of("childPolicy", List.of(Map.of(SlicewiseGrpc.POLICY, Map.of()))))));
      ManagedChannel channel =
          cluster.keep(
              Grpc.newChannelBuilder("k8s:///echo.shop:grpc", InsecureChannelCredentials.create())
                  .setNameResolverArg(SlicewiseGrpc.DISCOVERY, cluster.discovery)
                  .defaultServiceConfig(config)
                  .build());

      awaitAll(channel, 3);
      cluster.pod("127.1.9.9", "a");
      awaitAll(channel, 4);
    }
  }

  @Test
  void aPortThatChangesInPlaceIsFollowed() {
    try (Cluster cluster = new Cluster();
        Servers others = new Servers()) {
      cluster.pods(1, 1, "a");
      ManagedChannel channel = cluster.channel();
      assertThat(Echo.call(channel)).isEqualTo("127.1.0.2");
      others.start("127.1.0.2", text -> "other");

      cluster.service().port("grpc", others.port());

      AtomicReference<String> last = new AtomicReference<>();
      await()
          .until(
              () -> {
                last.set(Echo.call(channel));
                return last.get().equals("other");
              });
    }
  }
}
