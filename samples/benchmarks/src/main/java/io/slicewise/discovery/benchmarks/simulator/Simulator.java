package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.benchmarks.simulator.Story.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs every policy in every case and prints what came of it, in less than a minute.
 *
 * <pre>
 * mvn -q -DskipTests -pl samples/benchmarks -am package
 * java -cp samples/benchmarks/target/benchmarks.jar \
 *   io.slicewise.discovery.benchmarks.simulator.Simulator [--seconds N] [--seed N] [--svg FILE]
 * </pre>
 *
 * <p>{@code --seconds} says how long a case in which nothing happens is counted, in simulated time
 * (default 120), and {@code --svg} draws four of them.
 *
 * <table>
 * <caption>What is simulated</caption>
 * <tr><th>who</th><th>how</th></tr>
 * <tr><td>60 callers</td><td>a {@code ServiceDiscovery} each, which knows of its own calls only and
 *   hears of every change 20 to 200 ms after it was written; calls are a Poisson process</td></tr>
 * <tr><td>11 to 30 endpoints</td><td>one worker and a queue each; exponential service times of 20
 *   ms, busy for 0.7 of the time if all get the same; a new one takes 3 times as long at first and
 *   less and less for 20 s</td></tr>
 * <tr><td>network</td><td>takes no time; a machine that is gone is noticed after 1 s</td></tr>
 * </table>
 *
 * <table>
 * <caption>The columns</caption>
 * <tr><th>column</th><th>meaning</th></tr>
 * <tr><td>cross %</td><td>the part of the calls that left their zone</td></tr>
 * <tr><td>load</td><td>the busiest endpoint's, where 1 is what all would get if they got the same:
 *   as the shares in force have it, at the worst second</td></tr>
 * <tr><td>counted</td><td>the same by the calls that it got in all; chance makes it larger</td></tr>
 * <tr><td>swing</td><td>how far the fullest zone's load goes up and down ({@code Swing})</td></tr>
 * <tr><td>queue</td><td>calls before an arriving one, 99th percentile</td></tr>
 * <tr><td>latency</td><td>from call to answer, 99th percentile, in service times</td></tr>
 * <tr><td>failed</td><td>calls without an answer; nobody tries again</td></tr>
 * </table>
 */
public final class Simulator {

  private static final int DRAWN = 4;
  private static final Logger LOGGER = Logger.getLogger("io.slicewise"); // held, or it is forgotten

  private double seconds = 120;
  private long seed = 1;
  private @Nullable Path svg;

  private Simulator() {}

  /** Runs it all. */
  public static void main(String[] args) throws IOException {
    LOGGER.setLevel(Level.SEVERE);
    Simulator simulator = new Simulator();
    simulator.parse(Arrays.asList(args).iterator());
    simulator.run();
  }

  private void parse(Iterator<String> args) {
    while (args.hasNext()) {
      String option = args.next();
      switch (option) {
        case "--seconds" -> seconds = Double.parseDouble(args.next());
        case "--seed" -> seed = Long.parseLong(args.next());
        case "--svg" -> svg = Path.of(args.next());
        default ->
            throw new IllegalArgumentException(
                option + " (expected: --seconds N, --seed N or --svg FILE)");
      }
    }
    if (!(seconds >= Tally.WINDOW_SECONDS && seconds <= 100_000)) {
      throw new IllegalArgumentException("seconds: " + seconds + " (expected: 10 to 100000)");
    }
  }

  private void run() throws IOException {
    Map<Scenario, Map<Contender, Result>> drawn = new LinkedHashMap<>();
    for (Scenario scenario : Scenario.steady(seconds)) {
      Map<Contender, Result> results = steady(scenario);
      if (drawn.size() < DRAWN) {
        drawn.put(scenario, results);
      }
    }
    List<Contender> all = new ArrayList<>(Contender.ALL);
    eventful(Scenario.coldStart(), all);
    all.add(1, Contender.NO_HEALTH);
    eventful(Scenario.rollout(), all);
    eventful(Scenario.zoneLoss(), all);
    if (svg != null) {
      Path unused = Files.writeString(svg, Chart.draw(drawn));
    }
  }

  private Map<Contender, Result> steady(Scenario scenario) {
    print(
        "%n%-40s %7s %7s %8s %6s %7s %8s%n",
        scenario.name(), "cross %", "load", "counted", "swing", "queue", "latency");
    Map<Contender, Result> results = new LinkedHashMap<>();
    for (Contender contender : Contender.ALL) {
      Result result = new Simulation(scenario, contender, seed).run();
      results.put(contender, result);
      print(
          "  %-38s %7.1f %7.2f %8.2f %6.2f",
          contender.label(),
          100 * result.crossing(),
          result.peak(0, Double.MAX_VALUE),
          result.endpointLoad(),
          result.swing());
      if (result.isOverloaded()) {
        print(" %16s%n", "grow for ever");
      } else {
        print(" %7.0f %8.1f%n", result.queue(), result.latency());
      }
    }
    return results;
  }

  private void eventful(Scenario scenario, List<Contender> contenders) {
    List<Phase> phases = scenario.story().phases();
    print("%n%-30s", scenario.name());
    phases.forEach(phase -> print(" |%20s", phase.name()));
    print(" |%n%-30s", "");
    phases.forEach(phase -> print(" |%7s %5s %6s", "cross %", "load", "failed"));
    print(" | latency%n");
    for (Contender contender : contenders) {
      Result result = new Simulation(scenario, contender, seed).run();
      print("  %-28s", contender.label());
      for (Phase phase : phases) {
        double from = phase.from();
        double to = phase.to();
        print(
            " |%7.1f %5.2f %6d",
            100 * result.crossing(from, to), result.peak(from, to), result.failed(from, to));
      }
      print(" | %7.1f%n", result.latency());
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
