package io.slicewise.discovery.benchmarks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One measured number.
 *
 * @param benchmark what was measured: the name of a group, and what of it
 * @param metric what the number tells of it
 * @param value the number
 * @param unit its unit
 * @param bound what it has to be
 */
record Row(String benchmark, String metric, double value, String unit, Bound bound) {

  private static final String MARK = "ROW";

  Row(String benchmark, String metric, double value, String unit) {
    this(benchmark, metric, value, unit, Bound.NONE);
  }

  /** Returns one line of tab separated fields, which {@link #parse} reads back. */
  String line() {
    return String.join(
        "\t", MARK, benchmark, metric, Double.toString(value), unit, bound.toString());
  }

  /** Returns the row that another process wrote, or null where the line is none. */
  static @Nullable Row parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != 6 || !fields[0].equals(MARK)) {
      return null;
    }
    double value = Double.parseDouble(fields[3]);
    return new Row(fields[1], fields[2], value, fields[4], Bound.parse(fields[5]));
  }

  /** The first word of its name. */
  String group() {
    return benchmark.split(" ", 2)[0];
  }

  /** The other words of its name. */
  String subject() {
    String[] words = benchmark.split(" ", 2);
    return words.length == 1 ? "" : words[1];
  }

  boolean isMet() {
    return bound.isMetBy(value);
  }

  /** The number for people, with as many digits as mean something. */
  String number() {
    double size = Math.abs(value);
    String format = size < 10 ? "%,.2f" : size < 100 ? "%,.1f" : "%,.0f";
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, format, value);
  }

  /** Returns the row of a table for people. */
  @Override
  public String toString() {
    String verdict = bound.exists() ? (isMet() ? "met " : "MISSED ") + bound : "";
    return String.format("%-46s %-34s %14s %-6s %s", benchmark, metric, number(), unit, verdict)
        .stripTrailing();
  }
}
