package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Path;
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
          .anyMatch(line -> line.matches("10.1.0.1 .* a \\* .*ready serving .*50.0% .*IN"))
          .anyMatch(line -> line.matches("10.1.0.2 .* b  .*ready serving .*50.0% .*IN"))
          .anyMatch(line -> line.matches("10.1.0.2 .* b  .*not ready .*0.0% .*OUT NOT_READY"));
      assertThat(cli.interrupt()).isEqualTo(ExitCode.OK);
    }
  }
}
