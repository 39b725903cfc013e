package io.slicewise.discovery.internal;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is doing.
 *
 * @param state what callers may be told
 * @param lostAt when the server was last followed, unless the stream is healthy
 * @param problem the last failure and what to do about it, or null
 */
record Health(State state, @Nullable Instant lostAt, @Nullable String problem) {

  /** The states of a stream. */
  enum State {
    /** Nothing complete has arrived yet. */
    PENDING,
    /** It follows the server, or lost it so short a time ago that nobody need know. */
    HEALTHY,
    /** It lost the server; what is known may be old. */
    STALE
  }

  static final Health HEALTHY = new Health(State.HEALTHY, null, null);

  /** Whether both have the same said of what is known; that something is, is said elsewhere. */
  boolean saysSameAs(Health other) {
    return (state == State.STALE) == (other.state == State.STALE)
        && Objects.equals(lostAt, other.lostAt)
        && Objects.equals(problem, other.problem);
  }
}
