package io.slicewise.discovery.internal;

import io.github.resilience4j.core.IntervalFunction;
import io.slicewise.discovery.internal.Recovery.Pause;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait after each failure in a row: 800 ms, doubled each time up to 30 s, each wait
 * stretched by up to its own length at random, as client-go's reflector does.
 *
 * <p>Unlike there, an outage does not reset it by lasting, and its end does: attempts that failed
 * are forgotten when a stream is accepted. Streams that die young are not, until others have lived
 * longer, five seconds for each: a server that falls over whenever it is followed meets ever fewer
 * requests, a connection that is cut now and then costs a second or two each time. Confined to the
 * writer.
 */
final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(800);
  private static final Duration CAP = Duration.ofSeconds(30);
  private static final int MOST_FAILURES = 7; // 800 ms doubled so often is above the cap

  private static final Duration YOUNG = Duration.ofSeconds(5);
  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(2);
  private static final int MOST_IMMEDIATE = 3;

  private final IntervalFunction curve = IntervalFunction.ofExponentialBackoff(FIRST, 2, CAP);
  private final Environment environment;
  private int failures; // since a stream was last accepted
  private int diedYoung; // streams, less those that others have made good by living
  private boolean accepted; // a stream was, and what follows is its failure
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
    if (accepted) {
      diedYoung++;
    } else {
      failures++;
    }
    accepted = false;
    int inARow = Math.min(failures + diedYoung, MOST_FAILURES);
    Duration wait = environment.jittered(Duration.ofMillis(curve.apply(inARow)));
    return retryAfter != null && retryAfter.compareTo(wait) > 0
        ? environment.jitteredBy(retryAfter, FIRST)
        : wait;
  }

  /** Notes that a stream was accepted, and healthy for this long before it ended. */
  void healthyFor(Duration time) {
    immediate = time.compareTo(SETTLED) >= 0 ? 0 : immediate;
    diedYoung = (int) Math.max(0, Math.min(diedYoung, MOST_FAILURES) - time.dividedBy(YOUNG));
    failures = 0;
    accepted = true;
  }
}
