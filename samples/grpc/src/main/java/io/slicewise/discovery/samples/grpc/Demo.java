package io.slicewise.discovery.samples.grpc;

import io.grpc.ManagedChannel;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.grpc.ZoneAwareConfig;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.testkit.Cluster;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of the demo: a cluster, gRPC servers in three zones, and one client in {@code zone-a}.
 * Whatever it starts is over when {@link #play} returns, however it returns.
 *
 * @param length how long it takes
 * @param out takes the table and the result
 */
record Demo(Duration length, PrintWriter out) {

  private static final String TARGET = "k8s:///checkout.shop:" + Fleet.PORT;
  private static final String OWN_ZONE = Fleet.ZONES.get(0);

  /** The Service that the client belongs to: its pods are the callers. */
  private static final String CALLERS = "web";

  private static final int CALLS_PER_SECOND = 200;

  private static final Duration TO_BEGIN = Duration.ofSeconds(20);

  /** The default slow start of 30 s is longer than the demo. */
  private static final int SLOW_STARTS_IN_A_DEMO = 20;

  /** Plays it and returns what became of the calls. */
  Tally play() throws IOException, InterruptedException {
    Path kubeconfig = Files.createTempFile("slicewise-grpc-", ".kubeconfig");
    try (EmbeddedApiServer apiServer = EmbeddedApiServer.start();
        Fleet fleet = new Fleet(apiServer.cluster().service("shop", "checkout"));
        Script script = new Script(fleet, apiServer)) {
      script.prepare();
      launchCallers(apiServer.cluster());
      Files.writeString(kubeconfig, apiServer.kubeconfig());
      out.println("To call it from another zone and terminal while it runs:");
      out.printf(
          "  slicewise-grpc client --target %s --zone zone-b --kubeconfig %s%n",
          TARGET, kubeconfig);
      try (ServiceDiscovery discovery =
              ServiceDiscovery.builder()
                  .cluster(ClusterConfig.kubeconfig(kubeconfig))
                  .zone(OWN_ZONE)
                  .callerService(CALLERS + ".shop")
                  .build();
          ServiceWatch callers = discovery.watch(CALLERS + ".shop")) {
        awaitList(callers);
        return call(discovery, script);
      }
    } finally {
      Files.deleteIfExists(kubeconfig);
    }
  }

  /** One caller in each zone. That of zone-a is this process; nobody calls for the others. */
  private static void launchCallers(Cluster cluster) {
    SimulatedService web = cluster.service("shop", CALLERS);
    for (String zone : Fleet.ZONES) {
      web.addPod(CALLERS + "-" + zone, "10.0.0." + (web.pods().size() + 1), zone);
    }
  }

  private static void awaitList(ServiceWatch watch) throws InterruptedException {
    try {
      watch.whenSynced().get(TO_BEGIN.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("nothing is known of " + watch.target(), e);
    }
  }

  private Tally call(ServiceDiscovery discovery, Script script) throws InterruptedException {
    Tally tally = new Tally();
    Board board = new Board(tally, () -> OWN_ZONE, Fleet.ZONES);
    ZoneAwareConfig zones =
        ZoneAwareConfig.DEFAULTS.withHealth(
            HealthOptions.DEFAULTS.withSlowStart(length.dividedBy(SLOW_STARTS_IN_A_DEMO)));
    ManagedChannel channel = CheckoutChannel.open(TARGET, discovery, zones);
    try (CheckoutClient client = new CheckoutClient(channel, tally)) {
      client.start(CALLS_PER_SECOND);
      if (!client.awaitAnswer(TO_BEGIN)) {
        throw new IllegalStateException("no answer in " + TO_BEGIN + ": " + tally.reasons());
      }
      script.start(length);
      show(board, client, script);
    }
    out.println(board.result());
    return tally;
  }

  private void show(Board board, CheckoutClient client, Script script) throws InterruptedException {
    long start = System.nanoTime();
    for (int second = 1; second <= length.toSeconds() || !script.isOver(); second++) {
      TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
      script.check();
      board
          .next(Duration.ofSeconds(second), client.trackedBy(), script.takeNews())
          .forEach(out::println);
      out.flush();
    }
  }
}
