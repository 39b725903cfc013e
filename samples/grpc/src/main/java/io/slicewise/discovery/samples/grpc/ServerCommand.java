package io.slicewise.discovery.samples.grpc;

import static java.util.Objects.requireNonNullElse;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.slicewise.discovery.kubernetes.PodEnvironment;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.samples.grpc.v1.Pod;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Answers calls until it is told to stop, and then lets them end. */
@Command(
    name = "server",
    header = "Answers calls until SIGTERM or Ctrl-C.",
    description = {
      "",
      "Answers calls of slicewise.checkout.v1.Checkout, each with the name, the zone and the node"
          + " of its pod, which the downward API tells. Told to stop, it fails its readiness probe,"
          + " takes no new calls and lets those under way finish.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:told to stop, and every call finished",
      "1:it could not listen, or calls were left after --drain",
      "2:wrong arguments"
    })
final class ServerCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port to listen at, 0 for any (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--pod",
      paramLabel = "NAME",
      description = "Name to answer with (default: $$POD_NAME, else the service account's token).")
  private @Nullable String pod;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Zone to answer with (default: $$SLICEWISE_ZONE, else /etc/podinfo/labels).")
  private @Nullable String zone;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "Node to answer with (default: $$NODE_NAME, else the service account's token).")
  private @Nullable String node;

  @Option(
      names = "--drain",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Seconds to wait for calls under way when told to stop, 0 to 300"
              + " (default: ${DEFAULT-VALUE}).")
  private int drain;

  ServerCommand() {}

  @Override
  public Integer call() throws IOException {
    new IntRange(0, 65_535).check(spec, "--port", port);
    new IntRange(0, 300).check(spec, "--drain", drain);
    PrintWriter out = spec.commandLine().getOut();
    Pod self = self();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("server"));
    try (CheckoutServer server =
        CheckoutServer.start(
            Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create()), self, timer)) {
      out.printf(
          "listening at port %d as %s, zone %s, node %s%n",
          server.port(), known(self.getName()), known(self.getZone()), known(self.getNode()));
      try {
        server.awaitEnd();
      } catch (InterruptedException e) {
        out.println("draining");
      }
      if (server.drain(Duration.ofSeconds(drain))) {
        out.println("drained");
        return ExitCode.OK;
      }
      spec.commandLine().getErr().println("calls were left after " + drain + " s");
      return ExitCode.FAILED;
    } catch (InterruptedException e) {
      return ExitCode.FAILED; // told to stop once more: no patience left
    } finally {
      timer.shutdownNow();
    }
  }

  /** Who this is, by the same rules by which a client finds its own zone. */
  private Pod self() {
    OwnPod found = PodEnvironment.detect(Set.of());
    return Pod.newBuilder()
        .setName(pod == null ? requireNonNullElse(found.name(), "") : pod)
        .setZone(zone == null ? requireNonNullElse(found.zone(), "") : zone)
        .setNode(node == null ? requireNonNullElse(found.node(), "") : node)
        .build();
  }

  private static String known(String text) {
    return text.isEmpty() ? "unknown" : text;
  }
}
