package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiServerExtension.class)
class WatchTableTest {

  @TempDir Path directory;

  @Test
  void withoutATerminalEachViewIsATableBelowTheLast(EmbeddedApiServer server) throws IOException {
    SimulatedService checkout = server.cluster().service("shop", "checkout");
    checkout.addPod("checkout-1", "10.1.0.1", "a");
    checkout.addPod("checkout-2", "10.1.0.2", "b");
    try (Cli cli =
        Cli.start(
            "watch",
            "checkout.shop",
            "--zone",
            "a",
            "--kubeconfig",
            server.writeKubeconfig(directory).toString())) {
      Awaitility.await().until(() -> cli.out().contains("checkout-2"));
      checkout.pod("checkout-2").ready(false);
      Awaitility.await().until(() -> cli.out().contains("NOT_READY"));

      assertThat(cli.out()).doesNotContain("\u001b");
      assertThat(cli.lines())
          .anyMatch(line -> line.matches(".*Z  checkout.shop  SYNCED  revision 1 .* 2 in, 0 out"))
          .anyMatch(line -> line.matches("10.1.0.1 .* a \\* .*ready serving .*70.0% .*IN"))
          .anyMatch(line -> line.matches("10.1.0.2 .* b  .*ready serving .*30.0% .*IN"))
          .anyMatch(line -> line.matches("10.1.0.2 .* b  .*not ready .*0.0% .*OUT NOT_READY"));
      assertThat(cli.interrupt()).isEqualTo(ExitCode.OK);
    }
  }

  @Test
  void sharesThatMoveAreALine(EmbeddedApiServer server) throws IOException {
    SimulatedService checkout = server.cluster().service("shop", "checkout");
    checkout.addPod("checkout-1", "10.1.0.1", "a");
    checkout.addPod("checkout-2", "10.1.0.2", "b");
    SimulatedService web = server.cluster().service("shop", "web");
    web.addPod("web-1", "10.2.0.1", "a");
    web.addPod("web-2", "10.2.0.2", "b");
    web.addPod("web-3", "10.2.0.3", "b");
    try (Cli cli =
        Cli.start(
            "watch",
            "checkout.shop",
            "--zone",
            "b",
            "--callers-from",
            "web.shop",
            "--kubeconfig",
            server.writeKubeconfig(directory).toString())) {
      Awaitility.await().until(() -> cli.out().contains("basis   callers: Service shop/web"));
      web.addPod("web-4", "10.2.0.4", "b"); // more callers than b can take
      Awaitility.await().until(() -> cli.out().contains("Z  checkout.shop  shares: "));

      assertThat(cli.lines())
          .anyMatch(
              line ->
                  line.matches(
                      ".*Z  checkout.shop  shares: a [0-9.]+% -> [0-9.]+%, b [0-9.]+% ->"
                          + " [0-9.]+%.*"));
      assertThat(cli.lines()).filteredOn(line -> line.contains("revision")).hasSize(1);
    }
  }

  @Test
  void whatKeepsEndpointsFromTheirFullShareIsSaid(EmbeddedApiServer server) throws IOException {
    SimulatedService checkout = server.cluster().service("shop", "checkout");
    for (int pod = 1; pod <= 4; pod++) {
      checkout.addPod("checkout-" + pod, "10.1.0." + pod, "a");
    }
    try (Cli cli =
        Cli.start(
            "watch",
            "checkout.shop",
            "--zone",
            "a",
            "--kubeconfig",
            server.writeKubeconfig(directory).toString())) {
      Awaitility.await().until(() -> cli.out().contains("4 in, 0 out"));
      assertThat(cli.out()).doesNotContain("health");
      checkout.addPod("checkout-5", "10.1.0.5", "a");
      Awaitility.await().until(() -> cli.out().contains("health  1 starting"));
      checkout.batch(
          () -> List.of(1, 2, 3, 4).forEach(pod -> checkout.pod("checkout-" + pod).ready(false)));
      Awaitility.await().until(() -> cli.out().contains("health  panic: IGNORE_"));
    }
  }
}
