package io.slicewise.discovery.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/**
 * Runs every benchmark in one go, less than twenty minutes, and prints one table.
 *
 * <pre>
 * mvn -q -DskipTests -pl samples/benchmarks -am package
 * java -jar samples/benchmarks/target/benchmarks.jar \
 *   [--out DIRECTORY] [--only NAME]… [--thorough] [--jmh FILE]
 * </pre>
 *
 * <p>{@code --out} writes {@code benchmarks.json}, {@code benchmarks.md} and charts there, {@code
 * --only} runs the benchmarks of which the name begins so, {@code --thorough} takes about six times
 * as long, and {@code --jmh} writes everything that JMH knows, paths of this machine included.
 *
 * <p>A part that fails costs only its own numbers; the exit code tells of it.
 */
public final class Benchmarks {

  private final List<String> only = new ArrayList<>();
  private final Machine machine;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final List<RunResult> jmh = new ArrayList<>();
  private @Nullable Path out;
  private @Nullable Path jmhFile;
  private boolean thorough;

  private Benchmarks() throws IOException {
    machine = Machine.here();
  }

  /** A part of the run. */
  private interface Part {
    void run() throws Exception;
  }

  /** Runs what the arguments name. */
  public static void main(String[] args) throws IOException {
    Benchmarks benchmarks = new Benchmarks();
    benchmarks.parse(Arrays.asList(args).iterator());
    benchmarks.run();
    System.exit(benchmarks.failures.isEmpty() ? 0 : 1); // whatever a peer has left running
  }

  private void parse(Iterator<String> args) {
    while (args.hasNext()) {
      String option = args.next();
      switch (option) {
        case "--out" -> out = Path.of(args.next());
        case "--only" -> only.add(args.next());
        case "--jmh" -> jmhFile = Path.of(args.next());
        case "--thorough" -> thorough = true;
        default ->
            throw new IllegalArgumentException(
                option + " (expected: --out DIRECTORY, --only NAME, --jmh FILE or --thorough)");
      }
    }
  }

  private void run() throws IOException {
    for (JmhRun run : JmhRun.ALL) {
      String name = run.type().getSimpleName();
      part(
          name,
          () -> {
            Collection<RunResult> results = run.run(thorough);
            jmh.addAll(results);
            results.forEach(result -> rows.addAll(run.rows(result)));
          });
    }
    for (ForkedMain main : ForkedMain.ALL) {
      String name = main.main().getSimpleName();
      part(
          name,
          () -> {
            System.out.println("# " + name);
            main.run(rows::add);
          });
    }
    System.out.println();
    withRequirements().forEach(System.out::println);
    failures.forEach((part, why) -> System.out.println(part + " failed: " + why));
    if (jmhFile != null) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, jmhFile.toString()).writeOut(jmh);
    }
  }

  private List<Row> withRequirements() {
    List<Row> all = new ArrayList<>(rows);
    all.addAll(Requirements.of(rows));
    return all;
  }

  private void part(String name, Part part) throws IOException {
    if (!only.isEmpty() && only.stream().noneMatch(name::startsWith)) {
      return;
    }
    try {
      part.run();
    } catch (Exception e) {
      e.printStackTrace();
      failures.put(name, String.valueOf(e.getMessage()));
    }
    if (out != null) { // after each part: a run that is broken off has written what it had
      new Report(machine, withRequirements(), failures).writeTo(out);
    }
  }
}
