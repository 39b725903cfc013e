package io.slicewise.discovery.samples.grpc;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
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
      "Plays a cluster on this machine: an embedded API server with TLS, nine gRPC servers in three"
          + " zones, and a client in zone-a with 200 calls a second and a stream. All pods are"
          + " replaced, a server is killed, the API server is killed, and a server while it is"
          + " away.",
      "",
      "The last line on stdout is:",
      "  RESULT calls=<n> errors=<n> retries=<n> own_zone=<percent> stream_steps=<n>"
          + " stream_moves=<n> pods=<n>",
      "errors: calls that failed for good. retries: calls that gRPC sent again. own_zone: calls"
          + " that zone-a answered. stream_moves: how often the stream went on in another pod.",
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

  DemoCommand() {}

  @Override
  public Integer call() throws IOException {
    new IntRange(3, 300).check(spec, "--seconds", seconds);
    PrintWriter err = spec.commandLine().getErr();
    try {
      Tally tally = new Demo(Duration.ofSeconds(seconds), spec.commandLine().getOut()).play();
      tally.reasons().forEach((reason, times) -> err.println("failed: " + times + " x " + reason));
      return tally.counts().errors() == 0 ? ExitCode.OK : ExitCode.FAILED;
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    }
  }
}
