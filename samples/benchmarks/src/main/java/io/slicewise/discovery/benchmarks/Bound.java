package io.slicewise.discovery.benchmarks;

import java.util.Locale;

/**
 * What a number has to be.
 *
 * @param value the most or the least it may be, or NaN where nothing is required
 * @param most whether it is the most; otherwise the least
 */
record Bound(double value, boolean most) {

  static final Bound NONE = new Bound(Double.NaN, true);

  static Bound atMost(double value) {
    return new Bound(value, true);
  }

  static Bound atLeast(double value) {
    return new Bound(value, false);
  }

  boolean exists() {
    return !Double.isNaN(value);
  }

  /** Whether a number is what it has to be; a number that is none is not. */
  boolean isMetBy(double measured) {
    return !exists() || (most ? measured <= value : measured >= value);
  }

  /** Reads what {@link #toString} wrote. */
  static Bound parse(String text) {
    return text.isEmpty()
        ? NONE
        : new Bound(Double.parseDouble(text.substring(2)), text.startsWith("<="));
  }

  @Override
  public String toString() {
    return exists() ? (most ? "<=" : ">=") + number(value) : "";
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
