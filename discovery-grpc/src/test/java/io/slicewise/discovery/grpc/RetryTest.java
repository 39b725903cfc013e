package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where gRPC's retries and hedges go: each attempt of a call to another endpoint. */
@Timeout(60)
class RetryTest {

  /** Nothing but the rule for retries keeps a call from an endpoint that fails. */
  private static final ZoneAwareConfig PLAIN =
      new ZoneAwareConfig(
          ZoneAwareConfig.DEFAULTS.zoneAware(),
          PickStrategy.RANDOM,
          HealthOptions.OFF,
          false,
          64,
          null,
          Map.of());

  private static Map<String, Object> retries(int attempts) {
    return Map.of(
        "retryPolicy",
        Map.of(
            "maxAttempts",
            (double) attempts,
            "initialBackoff",
            "0.001s",
            "maxBackoff",
            "0.001s",
            "backoffMultiplier",
            1.0,
            "retryableStatusCodes",
            List.of("UNAVAILABLE")));
  }

  private static Map<String, Object> hedges(int attempts) {
    return Map.of(
        "hedgingPolicy",
        Map.of(
            "maxAttempts",
            (double) attempts,
            "hedgingDelay",
            "0s",
            "nonFatalStatusCodes",
            List.of("UNAVAILABLE")));
  }

  private static Map<String, Object> config(ZoneAwareConfig policy, Map<String, Object> method) {
    Map<String, Object> config = new HashMap<>(SlicewiseGrpc.serviceConfig(policy));
    Map<String, Object> each = new HashMap<>(method);
    each.put("name", List.of(Map.of("service", Echo.SERVICE)));
    config.put("methodConfig", List.of(each));
    return config;
  }

  private static ManagedChannel channel(
      Cluster cluster, ZoneAwareConfig policy, Map<String, Object> method) {
    return cluster.channel(
        SlicewiseGrpc.channel(
            "k8s:///echo.shop:grpc",
            InsecureChannelCredentials.create(),
            cluster.discovery,
            WatchOptions.DEFAULTS,
            policy),
        config(policy, method));
  }

  private static ManagedChannel channelOfAnotherBuilder(
      Cluster cluster, ZoneAwareConfig policy, Map<String, Object> method) {
    return cluster.channel(
        NettyChannelBuilder.forTarget("k8s:///echo.shop:grpc", InsecureChannelCredentials.create())
            .intercept(SlicewiseGrpc.retryElsewhere()),
        config(policy, method));
  }

  private static void awaitAll(ManagedChannel channel, Map<String, AtomicInteger> reached) {
    await()
        .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
        .until(
            () -> {
              Echo.call(channel);
              return reached.values().stream().allMatch(count -> count.get() > 0);
            });
  }

  /** Starts servers that fail every call; returns how often each was called. */
  private static Map<String, AtomicInteger> sick(
      Cluster cluster, String zone, String... addresses) {
    Map<String, AtomicInteger> reached = new ConcurrentHashMap<>();
    for (String address : addresses) {
      AtomicInteger count = new AtomicInteger();
      reached.put(address, count);
      cluster.pod(
          address,
          zone,
          InsecureServerCredentials.create(),
          Echo.calls(
              (text, answer) -> {
                count.incrementAndGet();
                answer.onError(Status.UNAVAILABLE.withDescription("sick").asRuntimeException());
              }));
    }
    return reached;
  }

  @Test
  void aRetryGoesToAnotherEndpoint() {
    try (Cluster cluster = new Cluster()) {
      Map<String, AtomicInteger> sick = sick(cluster, "a", "127.1.0.1");
      cluster.pod("127.1.0.2", "a");
      ManagedChannel channel = channel(cluster, PLAIN, retries(2));
      awaitAll(channel, sick);

      for (int i = 0; i < 300; i++) {
        assertThat(Echo.call(channel)).isEqualTo("127.1.0.2");
      }
      assertThat(sick.get("127.1.0.1").get()).isGreaterThan(75);
    }
  }

  @Test
  void attemptsOfACallMeetEveryEndpointBeforeOneTwice() {
    try (Cluster cluster = new Cluster()) {
      Map<String, AtomicInteger> sick =
          sick(cluster, "a", "127.1.0.1", "127.1.0.2", "127.1.0.3", "127.1.0.4");
      cluster.pod("127.1.0.5", "a");
      ManagedChannel channel = channelOfAnotherBuilder(cluster, PLAIN, retries(5));
      awaitAll(channel, sick);

      for (int i = 0; i < 150; i++) {
        assertThat(Echo.call(channel)).isEqualTo("127.1.0.5");
      }
      assertThat(sick.values()).allMatch(count -> count.get() > 50);
    }
  }

  @Test
  void aRetryLeavesAZoneInWhichAllHaveFailed() {
    try (Cluster cluster = new Cluster()) {
      Map<String, AtomicInteger> sick = sick(cluster, "a", "127.1.0.1", "127.1.0.2");
      cluster.pod("127.2.0.1", "b");
      cluster.pod("127.2.0.2", "b");
      ZoneAwareConfig inZoneA = PLAIN.inZone("a").withCallers(Map.of("a", 0.5, "b", 0.5));
      ManagedChannel channel = channel(cluster, inZoneA, retries(3));
      awaitAll(channel, sick);

      for (int i = 0; i < 150; i++) {
        assertThat(Echo.call(channel)).startsWith("127.2.");
      }
      int attempts = sick.values().stream().mapToInt(AtomicInteger::get).sum();
      assertThat(attempts).isGreaterThan(250); // the zone first, and all of it
    }
  }

  @Test
  void whereThereIsNoOtherEndpointARetryGoesToTheSame() {
    try (Cluster cluster = new Cluster()) {
      AtomicInteger calls = new AtomicInteger();
      cluster.pod(
          "127.1.0.1",
          "a",
          InsecureServerCredentials.create(),
          Echo.calls(
              (text, answer) -> {
                if (calls.incrementAndGet() % 3 == 0) {
                  answer.onNext("third time");
                  answer.onCompleted();
                } else {
                  answer.onError(Status.UNAVAILABLE.asRuntimeException());
                }
              }));
      ManagedChannel channel = channel(cluster, PLAIN, retries(3));

      for (int i = 0; i < 50; i++) {
        assertThat(Echo.call(channel)).isEqualTo("third time");
      }
    }
  }

  @Test
  void oneCallsAttemptsKeepNoOtherCallFromAnEndpoint() {
    try (Cluster cluster = new Cluster()) {
      Map<String, AtomicInteger> sick = sick(cluster, "a", "127.1.0.1");
      ManagedChannel channel = channel(cluster, PLAIN, retries(2));

      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> Echo.call(channel)).hasMessage("UNAVAILABLE: sick");
      }
      assertThat(sick.get("127.1.0.1")).hasValue(40);
    }
  }

  /** Servers that answer a call when so many of its attempts are there, and not before. */
  private static final class Meeting {
    private final int attempts;
    private final Map<String, List<StreamObserver<String>>> waiting = new HashMap<>();
    private final Map<String, List<String>> reached = new ConcurrentHashMap<>();

    Meeting(int attempts) {
      this.attempts = attempts;
    }

    void pod(Cluster cluster, String address, String zone) {
      cluster.pod(
          address,
          zone,
          InsecureServerCredentials.create(),
          Echo.calls((text, answer) -> arrive(address, text, answer)));
    }

    private synchronized void arrive(String address, String text, StreamObserver<String> answer) {
      reached.computeIfAbsent(text, each -> new CopyOnWriteArrayList<>()).add(address);
      List<StreamObserver<String>> together =
          waiting.computeIfAbsent(text, each -> new ArrayList<>());
      together.add(answer);
      if (together.size() == attempts || text.equals("alone")) {
        for (StreamObserver<String> each : together) {
          try {
            each.onNext("all here");
            each.onCompleted();
          } catch (StatusRuntimeException e) {
            // The call has its answer, and this attempt of it was cancelled.
          }
        }
        together.clear();
      }
    }
  }

  @Test
  void hedgesGoToOtherEndpoints() {
    try (Cluster cluster = new Cluster()) {
      Meeting meeting = new Meeting(3);
      for (int i = 1; i <= 4; i++) {
        meeting.pod(cluster, "127.1.0." + i, "a");
      }
      ManagedChannel channel = channel(cluster, PLAIN, hedges(3));
      await()
          .until(
              () -> {
                Echo.call(channel, CallOptions.DEFAULT, "alone");
                return Set.copyOf(meeting.reached.get("alone")).size() == 4;
              });

      for (int i = 0; i < 200; i++) {
        String text = "call " + i;
        assertThat(Echo.call(channel, CallOptions.DEFAULT, text)).isEqualTo("all here");
        assertThat(meeting.reached.get(text)).hasSize(3).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void aHedgeLeavesAZoneThatHasOneEndpoint() {
    try (Cluster cluster = new Cluster()) {
      Meeting meeting = new Meeting(2);
      meeting.pod(cluster, "127.1.0.1", "a");
      meeting.pod(cluster, "127.2.0.1", "b");
      ZoneAwareConfig inZoneA = PLAIN.inZone("a").withCallers(Map.of("a", 0.5, "b", 0.5));
      ManagedChannel channel = channel(cluster, inZoneA, hedges(2));
      await()
          .until(
              () -> {
                Echo.call(channel, CallOptions.DEFAULT, "alone");
                return Set.copyOf(meeting.reached.get("alone")).size() == 2;
              });

      for (int i = 0; i < 200; i++) {
        String text = "call " + i;
        assertThat(Echo.call(channel, CallOptions.DEFAULT, text)).isEqualTo("all here");
        assertThat(meeting.reached.get(text)).containsExactlyInAnyOrder("127.1.0.1", "127.2.0.1");
      }
    }
  }
}
