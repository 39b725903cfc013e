package io.slicewise.discovery.samples.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slicewise.discovery.kubernetes.ClusterConfigException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code slicewise-http}: what remains to be done is its subcommands' work. */
@Command(
    name = "slicewise-http",
    description = "An HTTP server and clients that find it by its EndpointSlices.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      ServerCommand.class,
      ClientCommand.class,
      CommandLine.HelpCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  slicewise-http demo                                    see it work, without a cluster",
      "  slicewise-http server --port 8080                      answer calls",
      "  slicewise-http client --target checkout.shop:http            call it",
      "",
      "slicewise-http stands for: java -jar slicewise-http.jar."
    })
public final class HttpSample implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  HttpSample() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Before the JDK's client is loaded; on a command line -Djdk.httpclient.allowRestrictedHeaders.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    StopSignal signal = StopSignal.interrupting(Thread.currentThread());
    logWarningsInOneLineEach();
    int code = commandLine(writer(FileDescriptor.out), writer(FileDescriptor.err)).execute(args);
    signal.commandEnded(code);
    System.exit(code);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), UTF_8), true);
  }

  private static void logWarningsInOneLineEach() {
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%n");
    Logger.getLogger("").setLevel(Level.WARNING);
  }

  /** Returns the command with its output going to two writers. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new HttpSample())
        .setOut(out)
        .setErr(err)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, args) -> refuse(e.getCommandLine(), e))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (e instanceof ClusterConfigException) {
                return refuse(command, e);
              }
              if (e instanceof IOException || e instanceof NotSyncedException) {
                command.getErr().println(name(command) + ": " + oneLine(e));
                return ExitCode.FAILED;
              }
              throw e; // a mistake of ours, with all that is known of it
            });
  }

  /** Says in one line what cannot be used, and where to read more. */
  private static int refuse(CommandLine command, Exception e) {
    String name = name(command);
    command.getErr().println(name + ": " + oneLine(e) + " (see " + name + " --help)");
    return ExitCode.USAGE;
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  private static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }

  /** Without a subcommand there is nothing to do but to say so. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
