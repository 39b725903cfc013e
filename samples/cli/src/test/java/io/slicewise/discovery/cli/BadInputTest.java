package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "watch                              | Missing required parameter: 'TARGET'",
        "watch a.b.c.d.e                    | target: a.b.c.d.e (expected: [pod.]service",
        "watch Upper                        | target: Upper (expected: [pod.]service",
        "watch a:99999                      | (expected: 1 to 65535)",
        "watch a --for soon                 | 'soon' (expected: > 0, as in 500ms, 30s, 2m or 30)",
        "watch a --kubeconfig nowhere.yaml  | nowhere.yaml does not exist",
        "watch a --kubeconfig . --json      | kubeconfig",
        "watch a --nonsense                 | Unknown option: '--nonsense'",
        "explain                            | Missing required parameter: 'TARGET'",
        "explain a --wait 0                 | '0' (expected: > 0",
        "explain a --kubeconfig nowhere.yaml| nowhere.yaml does not exist",
        "watch a --policy nearest           | policy: nearest (expected: auto, zoneAware, kubern",
        "watch a --strategy p2c             | strategy: p2c (expected: twoChoices, roundRobin,",
        "watch a --tolerance 11             | '11' (expected: 0 to 10)",
        "watch a --tolerance much           | 'much' (expected: 0 to 10)",
        "watch a --tolerance 0 --policy uniform | --tolerance: 0.0 (expected: with --policy auto",
        "watch a --region a=x --policy sameZone | --region: a=x (expected: with --policy auto or",
        "watch a --region a                 | 'a' (expected: ZONE=REGION,...",
        "watch a --callers a                | 'a' (expected: ZONE=SHARE,... as in a=2,b=1,c=1)",
        "watch a --callers a=some           | share of a: 'some' (expected: 0 or more",
        "watch a --callers-from b:grpc      | 'b:grpc' (expected: service or service.namespace)",
        "watch a --callers-from p.b.c       | 'p.b.c' (expected: service or service.namespace)",
        "watch a --callers-from Upper       | 'Upper' (expected: service or service.namespace)",
        "watch a --callers b=1 --callers-from c.d | --callers-from: c.d (expected: not together with",
        "watch a --zone=                    | --zone: \"\" (expected: a name)",
        "explain a --node=                  | --node: \"\" (expected: a name)",
        "explain a --policy nearest         | policy: nearest (expected: auto,",
        "demo --seconds 4                   | --seconds: 4 (expected: 5 to 300)",
        "demo --seconds 301                 | --seconds: 301 (expected: 5 to 300)",
        "demo --seed x                      | 'x' is not a long",
        "bogus                              | Unmatched argument at index 0: 'bogus'",
      })
  void isRefusedInOneLine(String args, String message) {
    Cli cli = Cli.run(args.strip().split(" +"));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err().lines()).singleElement().asString().contains(message).contains("--help");
  }

  @Test
  @ExtendWith(ApiServerExtension.class)
  void anUnknownContextIsAnsweredWithThoseThatExist(EmbeddedApiServer server) throws IOException {
    String kubeconfig = server.writeKubeconfig(directory).toString();
    Cli cli = Cli.run("watch", "a.b", "--kubeconfig", kubeconfig, "--context", "prod");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err().lines())
        .singleElement()
        .asString()
        .contains("no context prod (expected: one of [testkit])");
  }

  @Test
  @ExtendWith(ApiServerExtension.class)
  void aNamespaceThatIsNone(EmbeddedApiServer server) throws IOException {
    String kubeconfig = server.writeKubeconfig(directory).toString();
    Cli cli = Cli.run("explain", "a", "--kubeconfig", kubeconfig, "-n", "No Such");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err().lines()).singleElement().asString().contains("namespace: 'No Such'");
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    Cli cli = Cli.run();

    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).contains("Usage: slicewise", "watch", "explain", "demo");
  }

  @ParameterizedTest
  @CsvSource({"watch", "explain", "demo"})
  void helpTellsExitCodesAndExamples(String command) {
    Cli cli = Cli.run(command, "--help");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(cli.out()).contains("Usage: slicewise " + command, "Exit codes:", "Examples:");
  }
}
