package io.slicewise.discovery.samples.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "demo --seconds 2                    | --seconds: 2 (expected: 3 to 300)",
        "demo --seconds long                 | 'long' is not an int",
        "server --port 65536                 | --port: 65536 (expected: 0 to 65535)",
        "server --drain -1                   | --drain: -1 (expected: 0 to 300)",
        "client                              | Missing required option: '--target=TARGET'",
        "client --target a.b.c.d.e           | target: a.b.c.d.e (expected: [pod.]service",
        "client --target a --rate 0          | --rate: 0 (expected: 1 to 10000)",
        "client --target a --seconds 0       | --seconds: 0 (expected: 1 to 86400)",
        "client --target a --zone=           | --zone: \"\" (expected: a name)",
        "client --target a --kubeconfig none | none does not exist",
        "client --target a --client curl     | expected one of [OKHTTP, JDK, APACHE, REACTOR]",
        "bogus                               | Unmatched argument at index 0: 'bogus'",
      })
  void isRefusedInOneLine(String args, String message) {
    Cli cli = Cli.run(args.strip().split(" +"));

    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err().lines()).singleElement().asString().contains(message).contains("--help");
  }

  @Test
  void aPortThatIsTakenIsAFailureInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      Cli cli = Cli.run("server", "--port", Integer.toString(taken.getLocalPort()));

      assertThat(cli.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(cli.out()).isEmpty();
      assertThat(cli.err().lines()).singleElement().asString().contains("slicewise-http server: ");
    }
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    Cli cli = Cli.run();

    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).contains("Usage: slicewise-http", "demo", "server", "client");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "server", "client"})
  void helpTellsExitCodes(String command) {
    Cli cli = Cli.run(command, "--help");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(cli.out()).contains("Usage: slicewise-http " + command, "Exit codes:");
  }
}
