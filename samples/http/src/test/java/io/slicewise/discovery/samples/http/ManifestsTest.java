package io.slicewise.discovery.samples.http;

import static io.slicewise.discovery.samples.http.Manifests.at;
import static io.slicewise.discovery.samples.http.Manifests.list;
import static io.slicewise.discovery.samples.http.Manifests.map;
import static org.assertj.core.api.Assertions.assertThat;

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
          HttpSample.commandLine(nowhere, nowhere)
              .parseArgs(Manifests.args(deployment).toArray(new String[0]));

      assertThat(parsed.subcommand().errors()).isEmpty();
    }
    assertThat(Manifests.args("web")).contains("--target=checkout.shop:http");
  }

  @Test
  void theServerListensWhereItIsProbedAndCalled() throws IOException {
    Map<String, Object> port = map(list(Manifests.base("checkout").get("ports")).get(0));
    Map<String, Object> probe =
        map(at(Manifests.overlay("checkout"), "readinessProbe", "tcpSocket"));

    assertThat(Manifests.args("checkout")).contains("--port=" + port.get("containerPort"));
    assertThat(probe).containsEntry("port", port.get("name"));
  }
}
