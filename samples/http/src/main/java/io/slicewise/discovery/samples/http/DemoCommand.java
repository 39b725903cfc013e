package io.slicewise.discovery.samples.http;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays a cluster on this machine, and calls its Service all the while. */
@Command(
    name = "demo",
    header = "Plays a cluster on this machine.",
    description = {
      "",
      "Plays a cluster on this machine: an embedded API server with TLS, nine HTTP servers in three"
          + " zones, and 200 calls a second from zone-a, by four HTTP clients in turn. All pods are"
          + " replaced, a server is killed, the API server is killed, and a server while it is"
          + " away.",
      "",
      "The last line on stdout is:",
      "  RESULT calls=<n> errors=<n> own_zone=<percent> pods=<n> <client>=<n>...",
      "errors: calls that failed for good. own_zone: calls that zone-a answered. <client>: calls"
          + " that each client made.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:no call failed",
      "1:calls failed, or the demo itself did",
      "2:wrong arguments",
      "130:stopped by Ctrl-C or SIGTERM"
    })
final class DemoCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How long it takes, 3 to 300 (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--client",
      paramLabel = "NAME",
      description = "HTTP client: okhttp, jdk, apache or reactor (default: all of them in turn).")
  private @Nullable Library client;

  DemoCommand() {}

  @Override
  public Integer call() throws IOException {
    new IntRange(3, 300).check(spec, "--seconds", seconds);
    PrintWriter err = spec.commandLine().getErr();
    try {
      Tally tally =
          new Demo(Duration.ofSeconds(seconds), libraries(), spec.commandLine().getOut()).play();
      tally.reasons().forEach((reason, times) -> err.println("failed: " + times + " x " + reason));
      return tally.counts().errors() == 0 ? ExitCode.OK : ExitCode.FAILED;
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    }
  }

  private List<Library> libraries() {
    return client == null ? List.of(Library.values()) : List.of(client);
  }
}
