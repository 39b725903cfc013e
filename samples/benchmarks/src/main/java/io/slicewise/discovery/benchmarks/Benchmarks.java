package io.slicewise.discovery.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs every benchmark in one go, about eleven minutes, and prints one table.
 *
 * <pre>
 * mvn -q -DskipTests -pl samples/benchmarks -am package
 * java -jar samples/benchmarks/target/benchmarks.jar [--out DIRECTORY] [--only NAME]… [--thorough]
 * </pre>
 *
 * <p>{@code --out} writes {@code benchmarks.json} (the table) and {@code jmh.json} (everything that
 * JMH knows) there, {@code --only} runs the benchmarks of which the name begins so, and {@code
 * --thorough} takes about five times as long.
 */
public final class Benchmarks {

  private final List<String> only = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<RunResult> jmh = new ArrayList<>();
  private @Nullable Path out;
  private boolean thorough;

  private Benchmarks() {}

  /** Runs what the arguments name. */
  public static void main(String[] args) throws Exception {
    Benchmarks benchmarks = new Benchmarks();
    benchmarks.parse(Arrays.asList(args).iterator());
    benchmarks.run();
  }

  private void parse(Iterator<String> args) {
    while (args.hasNext()) {
      String option = args.next();
      switch (option) {
        case "--out" -> out = Path.of(args.next());
        case "--only" -> only.add(args.next());
        case "--thorough" -> thorough = true;
        default ->
            throw new IllegalArgumentException(
                option + " (expected: --out DIRECTORY, --only NAME or --thorough)");
      }
    }
  }

  private void run() throws RunnerException, IOException, InterruptedException {
    for (JmhRun run : JmhRun.ALL) {
      if (isWanted(run.type().getSimpleName())) {
        Collection<RunResult> results = new Runner(run.options(thorough)).run();
        jmh.addAll(results);
        results.forEach(result -> rows.addAll(run.rows(result)));
      }
    }
    fork(RetainedHeap.class, RetainedHeap.JVM_FLAGS);
    fork(EventToPick.class, List.of("-Xmx1g"));
    System.out.println();
    rows.forEach(System.out::println);
    if (out != null) {
      Path directory = Files.createDirectories(out);
      Path unused = Files.writeString(directory.resolve("benchmarks.json"), Row.json(rows));
      ResultFormatFactory.getInstance(
              ResultFormatType.JSON, directory.resolve("jmh.json").toString())
          .writeOut(jmh);
    }
  }

  private boolean isWanted(String name) {
    return only.isEmpty() || only.stream().anyMatch(name::startsWith);
  }

  /** Runs a class in a JVM of its own, so that heap and threads are nobody else's. */
  private void fork(Class<?> main, List<String> flags) throws IOException, InterruptedException {
    if (!isWanted(main.getSimpleName())) {
      return;
    }
    System.out.println("# " + main.getSimpleName());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        Row row = Row.parse(line);
        System.out.println(row == null ? line : row);
        if (row != null) {
          rows.add(row);
        }
      }
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(main.getName() + " failed: exit " + process.exitValue());
    }
  }
}
