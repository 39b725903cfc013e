package io.slicewise.discovery.benchmarks;

import java.util.List;

/**
 * Rows that are looked for.
 *
 * @param rows all of them
 */
record Found(List<Row> rows) {

  /** What the name of every metric of JMH's times begins with. */
  static final String TIME = "time";

  /** Returns the first number of a benchmark of which the metric begins so, or NaN. */
  double value(String benchmark, String metric) {
    for (Row row : rows) {
      if (row.benchmark().equals(benchmark) && row.metric().startsWith(metric)) {
        return row.value();
      }
    }
    return Double.NaN;
  }
}
