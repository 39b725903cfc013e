package io.slicewise.discovery.samples.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {

  private static final Path SOURCES = Path.of("src/main/java/io/slicewise/discovery/samples/http");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)");
  private static final Pattern COMMAND = Pattern.compile("java -jar (\\S+) ([^\n]+)");

  private final String readme = Files.readString(Path.of("README.md"));

  ReadmeTest() throws IOException {}

  @Test
  void theExamplesAreCompiled() throws IOException {
    List<String> blocks =
        Pattern.compile("(?ms)^```java\n(.*?)^```")
            .matcher(readme)
            .results()
            .map(block -> block.group(1))
            .toList();

    assertThat(blocks)
        .containsExactly(
            region("JdkHttpCalls.java"),
            region("ApacheHttpCalls.java"),
            region("ReactorNettyCalls.java"));
  }

  private static String region(String file) throws IOException {
    String source = Files.readString(SOURCES.resolve(file));
    int begin = source.indexOf("// region readme\n");
    int end = source.indexOf("// endregion");
    return source
        .substring(source.indexOf('\n', begin) + 1, source.lastIndexOf('\n', end) + 1)
        .indent(-2);
  }

  @Test
  void everyLinkLeadsSomewhere() {
    List<String> links = LINK.matcher(readme).results().map(link -> link.group(1)).toList();

    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(Path.of(link)).exists());
  }

  /** All but the demo, which has a test of its own. */
  @Test
  @ExtendWith(ApiServerExtension.class)
  void theCommandsRun(EmbeddedApiServer cluster, @TempDir Path directory) throws IOException {
    String kubeconfig = cluster.writeKubeconfig(directory).toString();
    List<List<String>> commands =
        COMMAND
            .matcher(readme)
            .results()
            .peek(found -> assertThat(found.group(1)).endsWith("http/target/slicewise-http.jar"))
            .map(found -> List.of(found.group(2).strip().split(" +")))
            .toList();
    assertThat(commands)
        .extracting(command -> command.get(0))
        .containsExactly("demo", "server", "client");

    try (Cli server = run(atAnyPort(commands.get(1))).awaitOut("listening at port ")) {
      int port = Integer.parseInt(server.lines().get(0).split(" ")[3]);
      SimulatedService checkout =
          cluster.cluster().service("shop", "checkout").port("http", 80, "http", "TCP", null);
      checkout.batch(() -> checkout.addPod("checkout-1", "127.0.0.1", null).port("http", port));

      Cli client = run(commands.get(2), "--kubeconfig=" + kubeconfig, "--seconds=1");

      assertThat(client.exitCode()).as(client.out() + client.err()).isEqualTo(ExitCode.OK);
      assertThat(client.lines()).last().asString().contains(" errors=0 ");
    }
  }

  private static List<String> atAnyPort(List<String> command) {
    return command.stream().map(each -> each.equals("8080") ? "0" : each).toList();
  }

  private static Cli run(List<String> command, String... more) {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of(more));
    return Cli.start(arguments.toArray(new String[0]));
  }
}
