package io.slicewise.discovery.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * One JMH class as {@link Benchmarks} runs it.
 *
 * @param type the class
 * @param threads how many threads run it at once
 * @param iterationMillis how long an iteration lasts
 * @param timeLimit what our own typical time may be, in the benchmark's unit, or NaN
 * @param byteLimit what our own garbage may be for one operation, or NaN
 */
record JmhRun(Class<?> type, int threads, int iterationMillis, double timeLimit, double byteLimit) {

  static final List<JmhRun> ALL =
      List.of(
          new JmhRun(DecodeBenchmark.class, 1, 1_000, 60, 30_000),
          new JmhRun(UpdateBenchmark.class, 1, 1_000, Double.NaN, Double.NaN),
          new JmhRun(PickBenchmark.class, 1, 300, Double.NaN, Double.NaN),
          new JmhRun(PickBenchmark.class, 2, 300, Double.NaN, Double.NaN),
          new JmhRun(PeerPickBenchmark.class, 1, 300, Double.NaN, Double.NaN),
          new JmhRun(PeerPickBenchmark.class, 2, 300, Double.NaN, Double.NaN),
          new JmhRun(SpringPickBenchmark.class, 1, 300, Double.NaN, Double.NaN));

  private static final String GARBAGE = "gc.alloc.rate.norm";

  Options options(boolean thorough) {
    return new OptionsBuilder()
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
        .shouldFailOnError(true)
        .build();
  }

  /** Returns time and garbage of one result; both are medians, as the last iteration tears down. */
  List<Row> rows(RunResult result) {
    BenchmarkParams params = result.getParams();
    String name = name(params);
    boolean ours = params.getBenchmark().endsWith(".slicewise");
    Result<?> primary = result.getPrimaryResult();
    boolean sampled = params.getMode() == Mode.SampleTime;
    List<Row> rows = new ArrayList<>();
    String unit = primary.getScoreUnit().replaceFirst("/op$", "");
    double time = primary.getStatistics().getPercentile(50);
    double limit = ours ? timeLimit : Double.NaN;
    rows.add(new Row(name, sampled ? "time, median" : "time, median iteration", time, unit, limit));
    result
        .getSecondaryResults()
        .forEach(
            (label, value) -> {
              if (label.endsWith(GARBAGE)) {
                double most = ours ? byteLimit : Double.NaN;
                double bytes = value.getStatistics().getPercentile(50);
                rows.add(new Row(name, "garbage", bytes, "B", most));
              }
            });
    return rows;
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
