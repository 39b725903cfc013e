package io.slicewise.discovery;

import java.time.Duration;

/** Refuses settings that make no sense, with the value and what was expected. */
final class Checks {

  private Checks() {}

  static String requireName(String what, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(what + ": \"" + value + "\" (expected: a name)");
    }
    return value;
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
