package io.slicewise.discovery.internal;

import io.github.resilience4j.core.IntervalFunction;
import io.slicewise.discovery.internal.Recovery.Pause;
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

  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(2);
  private static final int MOST_IMMEDIATE = 3;

  private final IntervalFunction curve = IntervalFunction.ofExponentialBackoff(FIRST, 2, CAP);
  private final Environment environment;
  private int failures;
  private int immediate; // retries without a pause since things last went well

  Backoff(Environment environment) {
    this.environment = environment;
  }

  /**
   * Returns the wait before the next attempt. Where it grows with failures it is at least what the
   * server asked for, if it did; what is asked next after the other pauses is something else.
   */
  Duration next(Pause pause, @Nullable Duration retryAfter) {
    if (pause == Pause.NONE && immediate++ < MOST_IMMEDIATE) {
      return Duration.ZERO;
    }
    if (pause == Pause.SHORT) {
      return environment.jittered(SHORT);
    }
    if (pause == Pause.LONG) {
      return environment.jittered(LONG);
    }
    boolean tooLong = retryAfter != null && retryAfter.compareTo(LONGEST_RETRY_AFTER) > 0;
    return grown(tooLong ? LONGEST_RETRY_AFTER : retryAfter);
  }

  private Duration grown(@Nullable Duration retryAfter) {
    failures = Math.min(failures + 1, 16);
    Duration wait = environment.jittered(Duration.ofMillis(curve.apply(failures)));
    return retryAfter != null && retryAfter.compareTo(wait) > 0
        ? environment.jitteredBy(retryAfter, FIRST)
        : wait;
  }

  /** Notes that a stream was healthy for this long before it failed. */
  void healthyFor(Duration time) {
    immediate = time.compareTo(SETTLED) >= 0 ? 0 : immediate;
    failures =
        time.compareTo(FORGET_ALL) >= 0
            ? 0
            : (int) Math.max(0, failures - time.dividedBy(FORGET_ONE));
  }
}
