package io.slicewise.discovery.internal;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait after each failure in a row: 800 ms, doubled each time up to 30 s, each wait
 * stretched by up to its own length at random, as client-go's reflector does.
 *
 * <p>Unlike there, an outage does not reset it by lasting. It is forgotten after two minutes of a
 * healthy stream, and one step for every ten seconds before that: a server that dies young again
 * and again meets ever fewer requests, one that was restarted twice is not punished for it.
 * Confined to the writer.
 */
final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(800);
  private static final Duration CAP = Duration.ofSeconds(30);
  private static final Duration FORGET_ALL = Duration.ofMinutes(2);
  private static final Duration FORGET_ONE = Duration.ofSeconds(10);

  private final IntervalFunction curve = IntervalFunction.ofExponentialBackoff(FIRST, 2, CAP);
  private final Environment environment;
  private int failures;

  Backoff(Environment environment) {
    this.environment = environment;
  }

  /** Returns the wait before the next attempt, at least what the server asked for. */
  Duration next(@Nullable Duration retryAfter) {
    failures = Math.min(failures + 1, 16);
    Duration wait = environment.jittered(Duration.ofMillis(curve.apply(failures)));
    return retryAfter != null && retryAfter.compareTo(wait) > 0
        ? environment.jitteredBy(retryAfter, FIRST)
        : wait;
  }

  /** Notes that a stream was healthy for this long before it failed. */
  void healthyFor(Duration time) {
    failures =
        time.compareTo(FORGET_ALL) >= 0
            ? 0
            : (int) Math.max(0, failures - time.dividedBy(FORGET_ONE));
  }
}
