package io.slicewise.discovery.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a client does about endpoints that are new or fail.
 *
 * @param ejection whether endpoints that fail are taken out for a while; default true
 * @param slowStart how long a new endpoint takes to get its full share, zero to an hour, zero for
 *     at once; default 30 s
 */
public record HealthOptions(boolean ejection, Duration slowStart) {

  /** Ejection, and a slow start of 30 s. */
  public static final HealthOptions DEFAULTS = new HealthOptions(true, Duration.ofSeconds(30));

  /** Neither: what the cluster says is all that counts. */
  public static final HealthOptions OFF = new HealthOptions(false, Duration.ZERO);

  public HealthOptions {
    requireNonNull(slowStart, "slowStart");
    if (slowStart.isNegative() || slowStart.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("slowStart: " + slowStart + " (expected: 0 to PT1H)");
    }
  }

  /** Returns the same with ejection or without. */
  public HealthOptions withEjection(boolean other) {
    return new HealthOptions(other, slowStart);
  }

  /** Returns the same with another slow start. */
  public HealthOptions withSlowStart(Duration other) {
    return new HealthOptions(ejection, other);
  }
}
