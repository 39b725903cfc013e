package io.slicewise.discovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slicewise.discovery.kubernetes.ClusterConfigException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code slicewise}: what remains to be done is its subcommands' work. */
@Command(
    name = "slicewise",
    description = "Client-side service discovery for Kubernetes, on the command line.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      WatchCommand.class,
      ExplainCommand.class,
      DemoCommand.class,
      CommandLine.HelpCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  slicewise demo                        see it work, without a cluster",
      "  slicewise watch checkout.shop:grpc    follow a Service of a cluster",
      "  slicewise explain checkout.shop:grpc  say why each pod is called or not",
      "",
      "slicewise stands for: java -jar slicewise.jar. See slicewise COMMAND --help."
    })
public final class Slicewise implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  Slicewise() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Interruption interruption = Interruption.of(Thread.currentThread());
    // Straight to the file descriptors: System.out would hide that nobody reads any more.
    int code = commandLine(writer(FileDescriptor.out), writer(FileDescriptor.err)).execute(args);
    interruption.commandEnded(code);
    System.exit(code);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), UTF_8), true);
  }

  /** Returns the command with its output going to two writers. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new Slicewise())
        .setOut(out)
        .setErr(err)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(
            (e, args) -> refuse(e.getCommandLine(), String.valueOf(e.getMessage())))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (e instanceof ClusterConfigException) {
                return refuse(command, String.valueOf(e.getMessage()));
              }
              throw e;
            });
  }

  /** Says in one line what cannot be used, and where to read more. */
  private static int refuse(CommandLine command, String message) {
    String name = command.getCommandSpec().qualifiedName();
    command
        .getErr()
        .println(name + ": " + message.replaceAll("\\s+", " ") + " (see " + name + " --help)");
    return ExitCode.USAGE;
  }

  /** Without a subcommand there is nothing to do but to say so. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
