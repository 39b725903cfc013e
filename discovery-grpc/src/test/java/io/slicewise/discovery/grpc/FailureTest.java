package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.testkit.FakeClock;
import io.slicewise.discovery.testkit.Faults;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls at a steady rate while the API server misbehaves, and while the Service changes. */
@Timeout(60)
class FailureTest {

  /** How watching went so far. */
  private static final class Log implements DiscoveryObserver {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    final AtomicInteger relisted = new AtomicInteger();
    final AtomicInteger published = new AtomicInteger();

    void clear() {
      opened.set(0);
      failed.set(0);
      relisted.set(0);
    }

    @Override
    public void onPublished(ServiceView view) {
      published.incrementAndGet();
    }

    @Override
    public void onStreamOpened(String namespace, SortedSet<String> services) {
      opened.incrementAndGet();
      open.incrementAndGet();
    }

    @Override
    public void onStreamEnded(String namespace, String reason, Duration lived) {
      open.decrementAndGet();
    }

    @Override
    public void onFailure(String namespace, String problem, Duration delay) {
      failed.incrementAndGet();
    }

    @Override
    public void onRelisted(String namespace, String reason) {
      relisted.incrementAndGet();
    }
  }

  /** What an API server does, how it is known that the client has met it, and how it ends. */
  private record Fault(
      String name, Consumer<Cluster> begin, Predicate<FailureTest> met, Consumer<Cluster> end) {}

  private final FakeClock clock = new FakeClock();
  private final Overheard overheard = new Overheard();
  private final Log log = new Log();
  private Cluster cluster;

  private static void nothing(Cluster cluster) {}

  private static Predicate<FailureTest> answered(int status, int times) {
    return test ->
        test.cluster.api.requests().stream().filter(each -> each.status() == status).count()
            >= times;
  }

  /** Has an event sent that changes no endpoint. */
  private static void touch(Cluster cluster) {
    cluster.service().label("touched", Long.toString(cluster.api.cluster().resourceVersion()));
  }

  private static List<Fault> faults() {
    return List.of(
        new Fault(
            "401, then another token",
            cluster -> {
              cluster.api.replaceToken("another");
              cluster.api.faults().closeWatches();
            },
            answered(401, 2),
            FailureTest::writeToken),
        new Fault(
            "403",
            cluster -> {
              cluster.api.faults().forbid("*", "endpointslices", null);
              cluster.api.faults().closeWatches();
            },
            answered(403, 2),
            cluster -> cluster.api.faults().allowAll()),
        new Fault(
            "a burst of 429",
            cluster -> {
              cluster.api.faults().throttle(3, Duration.ofSeconds(2));
              cluster.api.faults().closeWatches();
            },
            answered(429, 3),
            FailureTest::nothing),
        new Fault(
            "429 in plain text",
            cluster -> {
              cluster.api.faults().throttlePlainText(2, Duration.ofSeconds(1));
              cluster.api.faults().closeWatches();
            },
            answered(429, 2),
            FailureTest::nothing),
        new Fault(
            "a burst of 503",
            cluster -> {
              cluster.api.faults().fail(4, 503, null);
              cluster.api.faults().closeWatches();
            },
            answered(503, 4),
            FailureTest::nothing),
        new Fault(
            "a burst of 500",
            cluster -> {
              cluster.api.faults().fail(Faults.ALWAYS, 500, null);
              cluster.api.faults().closeWatches();
            },
            answered(500, 3),
            cluster -> cluster.api.faults().clear()),
        new Fault(
            "killed, and back",
            cluster -> cluster.api.kill(),
            test -> test.log.failed.get() >= 3,
            cluster -> cluster.api.restart()),
        new Fault(
            "compacted, and the stream cut",
            cluster -> {
              cluster.api.faults().compact();
              cluster.api.faults().cutConnections();
            },
            test -> test.log.relisted.get() >= 1,
            FailureTest::nothing),
        new Fault(
            "streams cut, and cut again",
            cluster -> cluster.api.faults().cutConnections(),
            test -> test.log.opened.get() >= 1,
            cluster -> cluster.api.faults().cutConnections()),
        new Fault(
            "streams that end at once",
            cluster -> {
              cluster.api.faults().closeWatchesAtOnce(3);
              cluster.api.faults().closeWatches();
            },
            test -> test.log.opened.get() >= 3,
            FailureTest::nothing),
        new Fault(
            "half a line",
            cluster -> {
              cluster.api.faults().truncateNextLine();
              touch(cluster);
            },
            test -> test.log.opened.get() >= 1,
            FailureTest::nothing),
        new Fault(
            "rubbish in a line",
            cluster -> {
              cluster.api.faults().garbleNextLine();
              touch(cluster);
            },
            test -> test.log.opened.get() >= 1,
            FailureTest::nothing),
        new Fault(
            "lists that break off",
            cluster -> {
              cluster.api.faults().compact();
              cluster.api.faults().cutWatchListBeforeEnd(2);
              cluster.api.faults().cutConnections();
            },
            test -> test.log.relisted.get() >= 1,
            FailureTest::nothing));
  }

  private void until(Callable<Boolean> condition) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              clock.advance(Duration.ofMillis(200));
              return condition.call();
            });
  }

  private ManagedChannel channel() {
    return cluster.channel(
        overheard.builder(), SlicewiseGrpc.serviceConfig(ZoneAwareConfig.DEFAULTS));
  }

  private void awaitCalls(Traffic traffic, int more) {
    int before = traffic.done();
    await().until(() -> traffic.done() >= before + more);
  }

  /** Each lasts until the client has met it; the last one has really something to tell. */
  @Test
  void faultsOfTheApiServerCostNoCallAndAreNotToldToTheChannel() throws Exception {
    try (Cluster started = new Cluster(clock, builder -> builder.observer(log))) {
      cluster = started;
      cluster.pods(50, 3, "a");
      ManagedChannel channel = channel();
      channel.getState(true);
      until(() -> overheard.lists() == 1);
      int errors = overheard.errors(); // one, if the first list took long
      try (Traffic traffic = new Traffic(channel, 200, 5)) {
        for (Fault fault : faults()) {
          cluster.api.clearRequests();
          log.clear();
          fault.begin().accept(cluster);
          until(() -> fault.met().test(this));
          fault.end().accept(cluster);
          until(() -> cluster.api.openWatches() == 1 && log.open.get() == 1);
          clock.advance(Duration.ofMinutes(2)); // after which waits begin to grow anew
          awaitCalls(traffic, 20);
          assertThat(overheard.lists()).as(fault.name()).isEqualTo(1);
          assertThat(traffic.failures()).as(fault.name()).isEmpty();
        }
        cluster.pod("127.50.9.9", "a");
        until(() -> traffic.takeAnswers().containsKey("127.50.9.9"));
        traffic.drain();

        assertThat(traffic.failures()).isEmpty();
        assertThat(overheard.lists()).isEqualTo(2);
        assertThat(overheard.errors()).isEqualTo(errors);
        assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);
        assertThat(cluster.servers.accepted()).isEqualTo(4);
      }
    }
  }

  private static void writeToken(Cluster cluster) {
    try {
      Path unused = cluster.api.writeKubeconfig(cluster.directory());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String slice(String name, int port, String annotation, String... endpoints) {
    return """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
         "metadata": {"name": "%s", "namespace": "shop", "annotations": {"n": "%s"},
                      "labels": {"kubernetes.io/service-name": "echo"}},
         "endpoints": [%s], "ports": [{"name": "grpc", "protocol": "TCP", "port": %d}]}"""
        .formatted(name, annotation, String.join(",", endpoints), port);
  }

  private static String endpoint(String address, boolean ready, boolean serving) {
    return """
        {"addresses": ["%s"], "conditions": {"ready": %b, "serving": %b, "terminating": false},
         "targetRef": {"kind": "Pod", "namespace": "shop", "name": "p", "uid": "u-%s"}}"""
        .formatted(address, ready, serving, address);
  }

  /** Half of the events say nothing new, half of them something of a pod that takes no calls. */
  @Test
  void fiftyThousandEventsCostNoCallNoThreadAndNoConnection() throws Exception {
    try (Cluster started = new Cluster(builder -> builder.observer(log))) {
      cluster = started;
      cluster.pods(51, 4, "a");
      int port = cluster.servers.port();
      String unready = endpoint("127.51.8.8", false, true);
      String stored = cluster.api.cluster().create(slice("noise", port, "0", unready));
      ManagedChannel channel = channel();
      try (ServiceWatch watch = cluster.discovery.watch("echo.shop:grpc");
          Traffic traffic = new Traffic(channel, 200, 5)) {
        await().until(() -> traffic.done() > 100 && cluster.servers.open() == 4);
        traffic.resetLongest();
        Footprint before = Footprint.now();

        for (int i = 1; i <= 50_000; i++) {
          boolean last =
              i % 8_334 == 0 || i == 50_000; // a client that is much farther behind loses its watch
          String mark = last ? "127.51.7." + i / 1_000 : "127.51.8.8";
          String changed =
              stored
                  .replaceFirst("(\"resourceVersion\":\")[0-9]+", "$1" + (1_000_000 + i))
                  .replace("\"serving\":true", "\"serving\":" + (i % 4 < 2))
                  .replace("127.51.8.8", mark);
          cluster.api.faults().sendLine("{\"type\":\"MODIFIED\",\"object\":" + changed + "}");
          if (last) {
            await().until(() -> has(watch, mark));
          }
        }
        assertThat(cluster.servers.accepted()).isEqualTo(4);
        assertThat(overheard.lists()).isEqualTo(1);
        cluster.pod("127.51.9.9", "a"); // the last event
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> traffic.takeAnswers().containsKey("127.51.9.9"));
        traffic.drain();

        Footprint after = Footprint.now();
        System.out.printf(
            "50,000 events: %d views, %d calls, longest %d ms, more than before: %s%n",
            log.published.get(), traffic.done(), traffic.longestMillis(), after.since(before));
        assertThat(log.published.get()).isGreaterThanOrEqualTo(6);
        // A pod more is 3 files. gRPC's own pool has a thread for each call that waits for a core.
        assertThat(after.since(before))
            .allSatisfy(
                (what, more) ->
                    assertThat(more)
                        .isLessThanOrEqualTo(what.startsWith("grpc-default-executor") ? 40 : 5));
        assertThat(traffic.failures()).isEmpty();
        assertThat(overheard.lists()).isEqualTo(2);
        assertThat(cluster.servers.accepted()).isEqualTo(5);
      }
    }
  }

  private static boolean has(ServiceWatch watch, String address) {
    return watch.view().endpoints().stream().anyMatch(each -> each.address().equals(address));
  }

  /** Waits until a change has arrived; time stands still. */
  private void awaitArrival() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> clock.runDueTasks() > 0);
  }

  @Test
  void theOnlyEndpointKeepsItsConnectionWhileItMovesBetweenSlices() throws Exception {
    try (Cluster started = new Cluster(clock, builder -> builder)) {
      cluster = started;
      cluster.servers.start("127.52.0.1");
      int port = cluster.servers.port();
      String only = endpoint("127.52.0.1", true, true);
      cluster.api.cluster().create(slice("one", port, "", only));
      cluster.api.cluster().create(slice("two", port, ""));
      ManagedChannel channel = channel();
      channel.getState(true);
      until(() -> overheard.lists() == 1);
      try (Traffic traffic = new Traffic(channel, 200, 5)) {
        awaitCalls(traffic, 50);
        for (String[] move : new String[][] {{"one", "two"}, {"two", "one"}}) {
          cluster.api.cluster().replace(slice(move[0], port, "removed"));
          awaitArrival(); // it is in no slice
          cluster.api.cluster().replace(slice(move[1], port, "added", only));
          awaitArrival();
          awaitCalls(traffic, 50);
        }
        for (String[] move : new String[][] {{"one", "two"}, {"two", "one"}}) {
          cluster.api.cluster().replace(slice(move[1], port, "added", only));
          awaitArrival(); // it is in both
          awaitCalls(traffic, 50);
          cluster.api.cluster().replace(slice(move[0], port, "removed"));
          awaitArrival();
          awaitCalls(traffic, 50);
        }
        traffic.drain();

        assertThat(traffic.failures()).isEmpty();
        assertThat(overheard.lists()).isEqualTo(1);
        assertThat(cluster.servers.accepted("127.52.0.1")).isEqualTo(1);
        assertThat(cluster.servers.open("127.52.0.1")).isEqualTo(1);
      }
    }
  }

  /** The endpoints of one generation leave when all of the next one are there. */
  @Test
  void fiftyReplacementsOfAllEndpointsLeaveNoConnectionToThoseThatWere() throws Exception {
    int generations = 50;
    try (Cluster started = new Cluster(clock, builder -> builder)) {
      cluster = started;
      cluster.pods(100, 3, "a");
      ManagedChannel channel = channel();
      channel.getState(true);
      until(() -> overheard.lists() == 1);
      try (Traffic traffic = new Traffic(channel, 200, 5)) {
        awaitCalls(traffic, 20);
        for (int i = 1; i <= generations; i++) {
          int old = 99 + i;
          cluster
              .service()
              .batch(
                  () -> {
                    cluster.service().pods().forEach(SimulatedPod::remove);
                    cluster.pods(old + 1, 3, "a");
                  });
          String next = "127." + (old + 1) + ".";
          until(() -> answeredBy(traffic, next));
        }
        String last = "127." + (100 + generations) + ".";
        await()
            .atMost(Duration.ofSeconds(30)) // gRPC lets a connection that is given up linger
            .untilAsserted(() -> assertThat(cluster.servers.open()).isEqualTo(3));
        traffic.takeAnswers();
        awaitCalls(traffic, 50);

        assertThat(traffic.takeAnswers().keySet()).allMatch(each -> each.startsWith(last));
        traffic.drain();
        assertThat(traffic.failures()).isEmpty();
        assertThat(overheard.lists()).isEqualTo(1 + generations);
        assertThat(cluster.servers.accepted()).isLessThanOrEqualTo(3 * (1 + generations));
      }
    }
  }

  private static boolean answeredBy(Traffic traffic, String network) {
    return traffic.takeAnswers().keySet().stream().anyMatch(each -> each.startsWith(network));
  }

  /** The old port is served on, as by pods that end in good order. */
  @Test
  void aPortThatChangesInPlaceCostsNoCall() throws Exception {
    try (Cluster started = new Cluster(clock, builder -> builder);
        Servers others = new Servers()) {
      cluster = started;
      cluster.pods(53, 3, "a");
      ManagedChannel channel = channel();
      channel.getState(true);
      until(() -> overheard.lists() == 1);
      try (Traffic traffic = new Traffic(channel, 200, 5)) {
        awaitCalls(traffic, 50);
        for (int i = 2; i <= 4; i++) {
          others.start("127.53.0." + i, text -> "other");
        }

        cluster.service().port("grpc", others.port());
        until(() -> traffic.takeAnswers().containsKey("other"));
        await().until(() -> others.open() == 3);
        traffic.drain();

        assertThat(traffic.failures()).isEmpty();
        assertThat(overheard.lists()).isEqualTo(2);
      }
    }
  }
}
