package io.slicewise.discovery.samples.kubernetes;

import io.slicewise.discovery.cli.Slicewise;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One run of the command line in a process of its own. */
final class CliProcess {

  private final Process process;
  private final BufferedReader reader;
  private final StringBuilder output = new StringBuilder();
  private final boolean endless;

  private CliProcess(Process process, boolean endless) {
    this.process = process;
    this.endless = endless;
    this.reader = process.inputReader(StandardCharsets.UTF_8);
  }

  static CliProcess start(Path kubeconfig, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Slicewise.class.getName()));
    command.addAll(arguments);
    boolean endless = arguments.get(0).equals("watch");
    if (endless) {
      command.addAll(List.of("--for", "30s")); // should it never show what is waited for
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    return new CliProcess(builder.start(), endless);
  }

  /** Reads until a line has some text, or to the end; returns the last line read. */
  String awaitLine(String text) throws IOException {
    String last = "";
    while (!last.contains(text)) {
      String line = reader.readLine();
      if (line == null) {
        break;
      }
      output.append(line).append('\n');
      last = line;
    }
    return last;
  }

  /** Tells it to stop if it does not by itself; returns the exit code. */
  int end() throws InterruptedException {
    if (endless) {
      boolean unused = process.toHandle().destroy(); // which leaves its output to be read
    }
    reader.lines().forEach(line -> output.append(line).append('\n'));
    return process.waitFor();
  }

  String output() {
    return output.toString();
  }
}
