package io.slicewise.discovery.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * One JMH class as {@link Benchmarks} runs it.
 *
 * @param type the class
 * @param threads how many threads run it at once
 * @param iterationMillis how long an iteration lasts
 * @param sizes the numbers of endpoints in a quick run, where those are fewer
 */
record JmhRun(Class<?> type, int threads, int iterationMillis, String... sizes) {

  static final List<JmhRun> ALL =
      List.of(
          new JmhRun(DecodeBenchmark.class, 1, 500),
          new JmhRun(ApplyBenchmark.class, 1, 1_500),
          new JmhRun(CopyBenchmark.class, 1, 300),
          new JmhRun(UpdateBenchmark.class, 1, 700),
          new JmhRun(PodChangeBenchmark.class, 1, 1_000),
          new JmhRun(PickBenchmark.class, 1, 300),
          new JmhRun(PickBenchmark.class, 2, 300),
          new JmhRun(PeerPickBenchmark.class, 1, 300, "1000", "10000"),
          new JmhRun(PeerPickBenchmark.class, 2, 300, "1000"),
          new JmhRun(SpringPickBenchmark.class, 1, 300, "1000"),
          new JmhRun(SpringPickBenchmark.class, 2, 300, "1000"));

  private static final String GARBAGE = "gc.alloc.rate.norm";

  /**
   * What is required of a benchmark.
   *
   * @param time in the benchmark's unit
   * @param garbage in bytes
   */
  private record Limits(Bound time, Bound garbage) {

    static final Limits NONE = new Limits(Bound.NONE, Bound.NONE);
  }

  private static final Map<String, Limits> LIMITS =
      Map.of(
          "DecodeBenchmark.slicewise", new Limits(Bound.atMost(60), Bound.atMost(30_000)),
          "PickBenchmark.pick", new Limits(Bound.atMost(15), Bound.atMost(0)));

  /** Runs it and returns what came of it. */
  Collection<RunResult> run(boolean thorough) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + type.getSimpleName() + "\\.")
            .threads(threads)
            .forks(thorough ? 3 : 1)
            .warmupIterations(5)
            .warmupTime(TimeValue.milliseconds(iterationMillis))
            .measurementIterations(thorough ? 10 : 5)
            .measurementTime(TimeValue.milliseconds(iterationMillis))
            .addProfiler(GCProfiler.class)
            // Else a busy machine starves the compiler, and a short warm-up ends in slow code.
            .jvmArgs("-Xmx1g", "-XX:-BackgroundCompilation")
            .shouldFailOnError(true);
    if (sizes.length > 0 && !thorough) {
      options.param("endpoints", sizes);
    }
    return new Runner(options.build()).run();
  }

  /** Returns time and garbage of one result; both are medians, as the last iteration tears down. */
  List<Row> rows(RunResult result) {
    BenchmarkParams params = result.getParams();
    String name = name(params);
    Limits limits = limits(params);
    Result<?> primary = result.getPrimaryResult();
    boolean sampled = params.getMode() == Mode.SampleTime;
    List<Row> rows = new ArrayList<>();
    String unit = primary.getScoreUnit().replaceFirst("/op$", "");
    double time = primary.getStatistics().getPercentile(50);
    String metric = sampled ? "time, median" : "time, median iteration";
    rows.add(new Row(name, metric, time, unit, limits.time()));
    result
        .getSecondaryResults()
        .forEach(
            (label, value) -> {
              if (label.endsWith(GARBAGE)) {
                double bytes = Math.rint(value.getStatistics().getPercentile(50));
                rows.add(new Row(name, "garbage", bytes, "B", limits.garbage()));
              }
            });
    return rows;
  }

  private static Limits limits(BenchmarkParams params) {
    String benchmark = params.getBenchmark().replaceFirst(".*\\.(?=\\w+\\.)", "");
    return LIMITS.getOrDefault(benchmark, Limits.NONE);
  }

  private String name(BenchmarkParams params) {
    String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
    StringBuilder name = new StringBuilder(type.getSimpleName().replace("Benchmark", " "));
    name.append(method);
    params.getParamsKeys().forEach(key -> name.append(' ').append(params.getParam(key)));
    boolean scales = ALL.stream().anyMatch(run -> run.type == type && run.threads != threads);
    return scales ? name + " x" + threads : name.toString();
  }
}
