package io.slicewise.discovery.samples.spring;

import io.slicewise.discovery.samples.spring.caller.CallerApplication;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One run of the demo: an API server, five callees in three zones and a caller in {@code zone-a},
 * all of them real, and load on the caller while pods come and go and the API server dies.
 *
 * @param length how long there is load
 * @param port where the caller listens, 0 for any
 * @param out takes the table and the result
 */
record Demo(Duration length, int port, PrintStream out) {

  private static final List<String> ZONES =
      List.of("zone-a", "zone-a", "zone-b", "zone-b", "zone-c");

  /** Plays it and returns how many calls failed. */
  int play() throws IOException, InterruptedException {
    Path kubeconfig = Files.createTempFile("slicewise-spring-", ".kubeconfig");
    try (EmbeddedApiServer cluster = EmbeddedApiServer.start()) {
      SimulatedService callee = cluster.cluster().service("shop", "callee");
      callers(cluster);
      try (Pods pods = new Pods(callee)) {
        List<String> names = ZONES.stream().map(pods::start).toList();
        Files.writeString(kubeconfig, cluster.kubeconfig());
        try (ConfigurableApplicationContext caller = caller(kubeconfig)) {
          int listening = Pods.serverOf(caller).getPort();
          out.printf("caller:   http://localhost:%d/checkout/7%n", listening);
          out.printf("actuator: http://localhost:%d/actuator/slicewise/callee%n", listening);
          return load(listening, cluster, pods, names);
        }
      }
    } finally {
      Files.deleteIfExists(kubeconfig);
    }
  }

  /** The Service that the caller belongs to: half of its pods are in its own zone. */
  private static void callers(EmbeddedApiServer cluster) {
    SimulatedService callers = cluster.cluster().service("shop", "caller");
    callers.addPod("caller-1", "10.9.0.1", "zone-a");
    callers.addPod("caller-2", "10.9.0.2", "zone-b");
    callers.addPod("caller-3", "10.9.0.3", "zone-c");
  }

  private ConfigurableApplicationContext caller(Path kubeconfig) {
    return new SpringApplicationBuilder(CallerApplication.class)
        .properties(
            "server.port=" + port,
            "slicewise.kubeconfig=" + kubeconfig,
            "slicewise.namespace=shop",
            "slicewise.zone=zone-a",
            "slicewise.callers.service=caller",
            "slicewise.startup.follow=callee",
            "slicewise.startup.fail-fast=true",
            "slicewise.health.slow-start=2s",
            "spring.main.banner-mode=off",
            "logging.level.root=ERROR")
        .run();
  }

  private int load(int listening, EmbeddedApiServer cluster, Pods pods, List<String> names)
      throws InterruptedException {
    ExecutorService script = Executors.newSingleThreadExecutor();
    try (Load load = new Load(listening)) {
      load.start();
      long start = System.nanoTime();
      out.println(Load.HEADER);
      for (int second = 1; second <= length.toSeconds(); second++) {
        TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
        Scene scene = scene(second, cluster, pods, names);
        script.execute(scene.action()); // a pod takes a while to start, and to stop
        out.println(load.line(second, scene.news()));
      }
      script.shutdown();
      script.awaitTermination(30, TimeUnit.SECONDS);
      load.close();
      out.println(load.result());
      return load.errors();
    } finally {
      script.shutdownNow();
    }
  }

  /** Something that happens. */
  private record Scene(String news, Runnable action) {}

  /** What happens in a second: five things, spread over the time that there is. */
  private Scene scene(int second, EmbeddedApiServer cluster, Pods pods, List<String> names) {
    long fifth = Math.max(1, length.toSeconds() / 5);
    if (second == fifth) {
      return new Scene("another pod joins zone-a", () -> pods.start("zone-a"));
    }
    if (second == 2 * fifth) {
      return new Scene(names.get(0) + " of zone-a leaves", () -> pods.stop(names.get(0)));
    }
    if (second == 3 * fifth) {
      return new Scene("the API server is killed", cluster::kill);
    }
    if (second == 3 * fifth + 1) {
      return new Scene(
          names.get(1) + " of zone-a is killed, and nobody can tell us",
          () -> pods.kill(names.get(1)));
    }
    if (second == 4 * fifth + 1) {
      return new Scene("the API server is back", cluster::restart);
    }
    return new Scene("", () -> {});
  }
}
