package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our policy under gRPC's outlier detection: that one ejects, ours does not. */
@Timeout(60)
class OutlierDetectionTest {

  private static final String FAILED = "failed";

  private final Set<String> sick = ConcurrentHashMap.newKeySet();

  private void pod(Cluster cluster, String address) {
    cluster.servers.start(address, text -> answer(address));
    cluster.service().addPod("pod-" + address, address, "a");
  }

  private String answer(String address) {
    if (sick.contains(address)) {
      throw Status.UNAVAILABLE.withDescription("sick").asRuntimeException();
    }
    return address;
  }

  /** Ejects who fails most of ten calls for about a second, all of them if need be. */
  static Map<String, Object> quick() {
    return Map.of(
        "interval",
        "0.2s",
        "baseEjectionTime",
        "0.5s",
        "maxEjectionTime",
        "0.5s",
        "maxEjectionPercentage",
        100.0,
        "failurePercentageEjection",
        Map.of(
            "threshold",
            50.0,
            "enforcementPercentage",
            100.0,
            "minimumHosts",
            1.0,
            "requestVolume",
            10.0));
  }

  private static ManagedChannel channel(Cluster cluster, Map<String, Object> detection) {
    Map<String, Object> outlier = new HashMap<>(detection);
    outlier.put(
        "childPolicy", List.of(Map.of(SlicewiseGrpc.POLICY, Map.of("strategy", "roundRobin"))));
    return cluster.channel(
        Grpc.newChannelBuilder("k8s:///echo.shop:grpc", InsecureChannelCredentials.create()),
        Map.of("loadBalancingConfig", List.of(Map.of("outlier_detection_experimental", outlier))));
  }

  private static Map<String, Integer> calls(ManagedChannel channel, int times) {
    Map<String, Integer> answers = new HashMap<>();
    for (int i = 0; i < times; i++) {
      String answer;
      try {
        answer = Echo.call(channel);
      } catch (StatusRuntimeException e) {
        answer = e.getMessage().equals("UNAVAILABLE: sick") ? FAILED : e.getMessage();
      }
      answers.merge(answer, 1, Integer::sum);
    }
    return answers;
  }

  @Test
  void ourOwnEjectionIsOff() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1");
      pod(cluster, "127.1.0.2");
      pod(cluster, "127.1.0.3");
      ManagedChannel channel = channel(cluster, Map.of()); // one that ejects nobody
      await().until(() -> calls(channel, 30).size() == 3);

      sick.add("127.1.0.3");

      assertThat(calls(channel, 300))
          .isEqualTo(Map.of("127.1.0.1", 100, "127.1.0.2", 100, FAILED, 100));
    }
  }

  @Test
  void whatItEjectsIsLeftOutAndComesBack() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1");
      pod(cluster, "127.1.0.2");
      pod(cluster, "127.1.0.3");
      ManagedChannel channel = channel(cluster, quick());
      await().until(() -> calls(channel, 30).size() == 3);

      sick.add("127.1.0.3");
      await().until(() -> calls(channel, 30).keySet().equals(Set.of("127.1.0.1", "127.1.0.2")));
      sick.clear();

      await().until(() -> calls(channel, 30).containsKey("127.1.0.3"));
    }
  }

  @Test
  void callsSayThatAllAreEjectedUntilTheyComeBack() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1");
      pod(cluster, "127.1.0.2");
      ManagedChannel channel = channel(cluster, quick());
      await().until(() -> calls(channel, 30).size() == 2);

      sick.addAll(List.of("127.1.0.1", "127.1.0.2"));
      await()
          .until(
              () ->
                  calls(channel, 30).keySet().stream()
                      .anyMatch(
                          answer ->
                              answer.contains(": none of 2 endpoints can be reached: ")
                                  && answer.contains("ejected by outlier detection")));
      sick.clear();

      await().until(() -> calls(channel, 30).keySet().equals(Set.of("127.1.0.1", "127.1.0.2")));
    }
  }

  /** As with pods on the network of their host, or pods with addresses that are kept for them. */
  @Test
  void anotherPodAtTheAddressOfOneThatIsEjectedIsCalled() {
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1");
      pod(cluster, "127.1.0.2");
      Map<String, Object> slow = new HashMap<>(quick());
      slow.put("baseEjectionTime", "2s");
      slow.put("maxEjectionTime", "2s");
      ManagedChannel channel = channel(cluster, slow);
      await().until(() -> calls(channel, 30).size() == 2);
      sick.add("127.1.0.2");
      await().until(() -> calls(channel, 30).keySet().equals(Set.of("127.1.0.1")));

      sick.clear();
      cluster
          .service()
          .batch(
              () -> {
                cluster.service().pod("pod-127.1.0.2").remove();
                cluster.service().addPod("another", "127.1.0.2", "a");
              });
      cluster.pod("127.1.0.3", "a");

      await()
          .until(
              () ->
                  calls(channel, 30)
                      .keySet()
                      .equals(Set.of("127.1.0.1", "127.1.0.2", "127.1.0.3")));
    }
  }
}
