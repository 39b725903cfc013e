package io.slicewise.discovery.samples.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code slicewise-mesh}. */
@Command(
    name = "slicewise-mesh",
    description = "What a service mesh without sidecars is made of.",
    mixinStandardHelpOptions = true,
    subcommands = CommandLine.HelpCommand.class,
    footer = {"", "slicewise-mesh stands for: java -jar slicewise-mesh.jar."})
public final class MeshSample implements Callable<Integer> {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int INTERRUPTED = 130;

  private static final int SHORTEST = 4;
  private static final int LONGEST = 300;
  private static final int SECONDS_TO_STOP = 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  MeshSample() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Thread command = Thread.currentThread();
    Thread stop = new Thread(() -> stop(command), "stop-signal");
    Runtime.getRuntime().addShutdownHook(stop);
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%n");
    Logger.getLogger("").setLevel(Level.WARNING);
    int code = commandLine(writer(FileDescriptor.out), writer(FileDescriptor.err)).execute(args);
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(stop);
    } catch (IllegalStateException e) {
      return; // it is the hook that has ended the command
    }
    System.exit(code);
  }

  /** Has a demo that is told to stop clean up behind itself. */
  private static void stop(Thread command) {
    command.interrupt();
    try {
      command.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_STOP));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), UTF_8), true);
  }

  /** Returns the command with its output going to two writers. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new MeshSample())
        .setOut(out)
        .setErr(err)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(
            (e, args) -> {
              String name = e.getCommandLine().getCommandSpec().qualifiedName();
              err.println(name + ": " + e.getMessage() + " (see " + name + " --help)");
              return USAGE;
            });
  }

  /** Without a subcommand there is nothing to do but to say so. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return USAGE;
  }

  /** Plays a cluster on this machine, and calls its Service all the while. */
  @Command(
      name = "demo",
      description = {
        "",
        "Plays a cluster on this machine: an embedded API server, twelve HTTPS servers in three"
            + " zones, and a client in zone-a with 200 calls a second over mutual TLS. A canary is"
            + " opened, certificates and their authority are replaced, a pod is killed, a zone is"
            + " lost, the API server is killed.",
        "",
        "The last line on stdout is:",
        "  RESULT calls=<n> errors=<n> canary=<percent> rotations=<n> cross_zone=<percent>",
        "errors: calls that failed for good. canary: calls that it answered, since it was opened."
            + " rotations: identities that the client took from its files. cross_zone: calls that"
            + " zone-a did not answer.",
        ""
      },
      mixinStandardHelpOptions = true,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:no call failed",
        "1:calls failed, or the demo itself did",
        "2:wrong arguments",
        "130:stopped by Ctrl-C (143 by SIGTERM)"
      })
  int demo(
      @Option(
              names = "--seconds",
              paramLabel = "N",
              defaultValue = "25",
              description = "How long it takes, 4 to 300 (default: ${DEFAULT-VALUE}).")
          int seconds)
      throws IOException, GeneralSecurityException {
    if (seconds < SHORTEST || seconds > LONGEST) {
      throw new ParameterException(
          spec.subcommands().get("demo"),
          "--seconds: " + seconds + " (expected: " + SHORTEST + " to " + LONGEST + ")");
    }
    PrintWriter err = spec.commandLine().getErr();
    try {
      Demo.Result result =
          new Demo(Duration.ofSeconds(seconds), spec.commandLine().getOut()).play();
      result.reasons().forEach((reason, n) -> err.println("failed: " + n + " x " + reason));
      return result.counts().errors() == 0 ? OK : FAILED;
    } catch (InterruptedException e) {
      return INTERRUPTED;
    }
  }
}
