package io.slicewise.discovery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses settings that make no sense, with the value and what was expected. */
final class Checks {

  private Checks() {}

  static String requireName(String what, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(what + ": \"" + value + "\" (expected: a name)");
    }
    return value;
  }

  static int requireSubset(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("subset: " + value + " (expected: >= 0, 0 for all)");
    }
    return value;
  }

  static void requireOneAtMost(
      String what, @Nullable Object value, String other, @Nullable Object otherValue) {
    if (value != null && otherValue != null) {
      throw new IllegalStateException(what + " cannot be combined with " + other);
    }
  }

  static Duration requirePositive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: > 0)");
    }
    return value;
  }

  static Duration requireNotNegative(String what, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: >= 0)");
    }
    return value;
  }
}
