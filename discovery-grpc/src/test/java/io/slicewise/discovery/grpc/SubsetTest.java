package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel whose discovery keeps to some of the endpoints. */
@Timeout(60)
class SubsetTest {

  private static final int CALLS = 12_000;

  private final Cluster cluster =
      new Cluster(
          builder -> builder.subset(8).zone("a").callers(Map.of("a", 0.5, "b", 0.25, "c", 0.25)));

  @BeforeEach
  void start() {
    cluster.pods(1, 8, "a");
    cluster.pods(2, 12, "b");
    cluster.pods(3, 4, "c");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Set<String> addresses(ServiceView view) {
    Set<String> addresses = new HashSet<>();
    for (Endpoint endpoint : view.eligible()) {
      addresses.add(endpoint.address());
    }
    return addresses;
  }

  @Test
  void connectsToTheseAloneAndSpreadsCallsAsOverAll() throws Exception {
    ManagedChannel channel = cluster.channel();
    Echo.call(channel);
    try (ServiceWatch watch = cluster.discovery.watch("echo.shop:grpc")) {
      ServiceView view = watch.whenSynced().get(10, TimeUnit.SECONDS);
      await().until(() -> cluster.servers.open() == view.eligible().size());
      Map<String, Integer> answers = Burst.start(channel, CALLS, 16).get(50, TimeUnit.SECONDS);

      assertThat(view.eligible()).hasSizeLessThan(12);
      assertThat(answers.keySet()).isSubsetOf(addresses(view));
      assertThat(cluster.servers.accepted()).isEqualTo(view.eligible().size());
      String[] zones = {"a", "b", "c"};
      for (int zone = 0; zone < zones.length; zone++) {
        String prefix = "127." + (zone + 1) + ".";
        double calls = 0;
        for (Map.Entry<String, Integer> each : answers.entrySet()) {
          calls += each.getKey().startsWith(prefix) ? each.getValue() : 0;
        }
        // Six deviations of so many calls; shares of eight endpoints alike would be far away.
        double share = view.routing().share(zones[zone]);
        assertThat(calls / CALLS).isCloseTo(share, within(0.027));
      }
    }
  }

  @Test
  void replacesOneThatGoes() {
    ManagedChannel channel = cluster.channel();
    Echo.call(channel);
    try (ServiceWatch watch = cluster.discovery.watch("echo.shop:grpc")) {
      await().until(() -> !watch.view().eligible().isEmpty());
      String gone = watch.view().eligible().get(0).address();

      cluster.pod(gone).remove();

      await().until(() -> !addresses(watch.view()).contains(gone));
      await()
          .until(
              () ->
                  addresses(watch.view()).stream()
                      .allMatch(address -> cluster.servers.open(address) > 0));
      await().until(() -> cluster.servers.open(gone) == 0);
    }
  }
}
