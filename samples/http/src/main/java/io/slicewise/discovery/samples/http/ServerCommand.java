package io.slicewise.discovery.samples.http;

import static java.util.Objects.requireNonNullElse;

import io.slicewise.discovery.kubernetes.PodEnvironment;
import io.slicewise.discovery.model.OwnPod;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.netty.http.server.HttpServer;

/** Answers calls until it is told to stop, and then lets them end. */
@Command(
    name = "server",
    header = "Answers calls until SIGTERM or Ctrl-C.",
    description = {
      "",
      "Answers GET /orders/ID with the name, the zone and the node of its pod, which the downward"
          + " API tells, and GET /healthz with 200. Told to stop, it closes its port, so that it is"
          + " not ready any more, and lets calls under way finish.",
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
    try (CheckoutServer server = CheckoutServer.start(HttpServer.create().port(port), self)) {
      out.printf(
          "listening at port %d as %s, zone %s, node %s%n",
          server.port(), known(self.name()), known(self.zone()), known(self.node()));
      awaitStop();
      out.println("draining");
      if (server.drain(Duration.ofSeconds(drain))) {
        out.println("drained");
        return ExitCode.OK;
      }
      spec.commandLine().getErr().println("calls were left after " + drain + " s");
      return ExitCode.FAILED;
    }
  }

  private static void awaitStop() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // SIGTERM or Ctrl-C: there is no other way out
    }
  }

  /** Who this is, by the same rules by which a client finds its own zone. */
  private Pod self() {
    OwnPod found = PodEnvironment.detect(Set.of());
    return new Pod(
        pod == null ? requireNonNullElse(found.name(), "") : pod,
        zone == null ? requireNonNullElse(found.zone(), "") : zone,
        node == null ? requireNonNullElse(found.node(), "") : node);
  }

  private static String known(String text) {
    return text.isEmpty() ? "unknown" : text;
  }
}
