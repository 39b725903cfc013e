package io.slicewise.discovery.samples.grpc;

import static io.slicewise.discovery.samples.grpc.Manifests.at;
import static io.slicewise.discovery.samples.grpc.Manifests.list;
import static io.slicewise.discovery.samples.grpc.Manifests.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The manifests of {@code samples/kubernetes} fit the commands. Whether they fit each other is
 * tested there.
 */
class ManifestsTest {

  @Test
  void theArgumentsAreThoseOfTheCommands() throws IOException {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    for (String deployment : List.of("checkout", "web")) {
      CommandLine.ParseResult parsed =
          GrpcSample.commandLine(nowhere, nowhere)
              .parseArgs(Manifests.args(deployment).toArray(new String[0]));

      assertThat(parsed.subcommand().errors()).isEmpty();
    }
    assertThat(Manifests.args("web")).contains("--target=k8s:///checkout.shop:grpc");
  }

  @Test
  void theServerListensWhereItIsProbedAndCalled() throws IOException {
    Map<String, Object> probe = map(at(Manifests.overlay("checkout"), "readinessProbe", "grpc"));
    Object port = map(list(Manifests.base("checkout").get("ports")).get(0)).get("containerPort");

    assertThat(Manifests.args("checkout")).contains("--port=" + port);
    assertThat(probe).containsEntry("port", port);
    assertThat(probe).containsEntry("service", CheckoutGrpc.SERVICE_NAME);
  }
}
