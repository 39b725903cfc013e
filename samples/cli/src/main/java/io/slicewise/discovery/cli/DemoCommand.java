package io.slicewise.discovery.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays a day in a cluster on one machine, and calls its Service all the while. */
@Command(
    name = "demo",
    header = "Plays a day in a cluster on this machine.",
    description = {
      "",
      "Plays a day in a cluster on this machine: an embedded API server, HTTP servers in three"
          + " zones, and four clients, unevenly spread over the zones, that discover them and call"
          + " them all the while. Pods are scaled, restarted and drained, a zone is lost but for a"
          + " pod, the API server is killed.",
      "",
      "The last line on stdout is:",
      "  RESULT calls=<n> errors=<n> cross_zone=<percent> max_over_mean=<x> optimum=<percent>"
          + " uniform=<percent>",
      "cross_zone: calls that left their caller's zone. optimum: the least that leaves no pod"
          + " above 1.2 times an equal load. uniform: with all pods picked alike. max_over_mean:"
          + " calls per second of ready time of the busiest pod, over the mean of all pods.",
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
    },
    footerHeading = "%nExamples:%n",
    footer = {"  slicewise demo", "  slicewise demo --seconds 60 --seed 7"})
final class DemoCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How long the day takes, 5 to 300 (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of what is random: who is picked, which pods flap, in which order they restart"
              + " (default: ${DEFAULT-VALUE}). Threads and timing stay what they are.")
  private long seed;

  DemoCommand() {}

  @Override
  public Integer call() throws IOException {
    if (seconds < 5 || seconds > 300) {
      throw new ParameterException(
          spec.commandLine(), "--seconds: " + seconds + " (expected: 5 to 300)");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    @Nullable Screen screen = Terminal.isPresent() ? new Screen(out, err, Terminal::size) : null;
    Consumer<String> notes = screen == null ? err::println : screen::note;
    try (LogLines logs = new LogLines(notes, false)) {
      Result result = new Demo(Duration.ofSeconds(seconds), seed, out, screen).play();
      result.reasons().forEach(reason -> notes.accept("failed: " + reason));
      out.println(result.line());
      out.flush();
      return result.isSuccess() ? ExitCode.OK : ExitCode.UNEXPECTED;
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    }
  }
}
