package io.slicewise.discovery.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A class with a {@code main} that runs in a JVM of its own, so that heap, threads and CPU time are
 * nobody else's. It prints its numbers by {@link Row#line}.
 *
 * @param main the class
 * @param flags of the JVM
 */
record ForkedMain(Class<?> main, List<String> flags) {

  static final List<ForkedMain> ALL =
      List.of(
          new ForkedMain(PodChange.class, List.of("-Xmx1g")),
          new ForkedMain(RetainedHeap.class, RetainedHeap.JVM_FLAGS),
          new ForkedMain(EventToPick.class, List.of("-Xmx1g")),
          new ForkedMain(PeerEventToPick.class, List.of("-Xmx1g")),
          new ForkedMain(ManyServices.class, List.of("-Xmx256m")),
          new ForkedMain(ColdStart.class, List.of("-Xmx512m")),
          new ForkedMain(RollingUpdate.class, List.of("-Xmx256m")),
          new ForkedMain(Herd.class, List.of("-Xmx1g", "-Xss256k")));

  /**
   * Runs it to its end.
   *
   * @param rows what it measured
   */
  void run(Consumer<Row> rows) throws IOException, InterruptedException {
    run(
        List.of(),
        line -> {
          Row row = Row.parse(line);
          System.out.println(row == null ? line : row);
          if (row != null) {
            rows.accept(row);
          }
        });
  }

  /**
   * Runs it to its end.
   *
   * @param arguments of the {@code main}
   * @param lines what it prints
   */
  void run(List<String> arguments, Consumer<String> lines)
      throws IOException, InterruptedException {
    Process process = start(arguments);
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line; (line = output.readLine()) != null; ) {
        lines.accept(line);
      }
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(main.getSimpleName() + ": exit " + process.exitValue());
    }
  }

  /** Starts it; its input and output are ours, what it says of errors is not. */
  Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
