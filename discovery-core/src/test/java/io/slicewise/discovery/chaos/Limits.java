package io.slicewise.discovery.chaos;

import java.time.Duration;

/**
 * What fails a run. They are generous: a busy machine with two cores stalls for longer than the
 * second that a view may need after quiet. How long it did need is measured and printed.
 *
 * @param convergence from quiet until every view equals the truth
 * @param bound for how long an endpoint that has gone may be picked while the server is faultless
 * @param leaks whether threads, connections and memory that stay fail it, too
 */
record Limits(Duration convergence, Duration bound, boolean leaks) {

  static final Limits GENEROUS = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(5), true);

  /** Returns those for the replays of a failure: it is known, and time is short. */
  Limits forReplays(Divergence.Kind kind) {
    Duration least = Duration.ofSeconds(3);
    return new Limits(
        convergence.compareTo(least) < 0 ? convergence : least,
        bound,
        kind == Divergence.Kind.LEAK);
  }
}
