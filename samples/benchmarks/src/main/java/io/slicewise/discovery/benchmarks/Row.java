package io.slicewise.discovery.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One measured number.
 *
 * @param benchmark what was measured
 * @param metric what the number tells of it
 * @param value the number
 * @param unit its unit
 * @param limit the most it may be, or NaN where nothing is required
 */
record Row(String benchmark, String metric, double value, String unit, double limit) {

  private static final String MARK = "ROW";

  Row(String benchmark, String metric, double value, String unit) {
    this(benchmark, metric, value, unit, Double.NaN);
  }

  /** Returns one line of tab separated fields, which {@link #parse} reads back. */
  String line() {
    return String.join(
        "\t", MARK, benchmark, metric, Double.toString(value), unit, Double.toString(limit));
  }

  /** Returns the row that another process wrote, or null where the line is none. */
  static @Nullable Row parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != 6 || !fields[0].equals(MARK)) {
      return null;
    }
    double value = Double.parseDouble(fields[3]);
    return new Row(fields[1], fields[2], value, fields[4], Double.parseDouble(fields[5]));
  }

  private String verdict() {
    if (Double.isNaN(limit)) {
      return "";
    }
    return String.format(Locale.ROOT, "%s <= %.0f", value <= limit ? "ok" : "MISSED", limit);
  }

  /** Returns the row of a table for people. */
  @Override
  public String toString() {
    String number = String.format(Locale.ROOT, value < 100 ? "%,.2f" : "%,.0f", value);
    return String.format("%-46s %-34s %14s %-6s %s", benchmark, metric, number, unit, verdict())
        .stripTrailing();
  }

  private String json() {
    String most = Double.isNaN(limit) ? "null" : Double.toString(limit);
    return String.format(
        "  {\"benchmark\":\"%s\",\"metric\":\"%s\",\"value\":%s,\"unit\":\"%s\",\"limit\":%s}",
        benchmark, metric, value, unit, most);
  }

  static String json(List<Row> rows) {
    return rows.stream().map(Row::json).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }
}
