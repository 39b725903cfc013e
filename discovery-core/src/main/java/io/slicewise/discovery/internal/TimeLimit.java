package io.slicewise.discovery.internal;

import io.slicewise.discovery.source.SliceRequest;
import java.time.Duration;

/**
 * How long an attempt may go on as it does, and what it means when that is over.
 *
 * @param left what is left, in nanoseconds; zero or less when it is over
 * @param verdict what it means then
 * @param limit the limit itself
 */
record TimeLimit(long left, Verdict verdict, Duration limit) {

  /** What it means when the time is over. */
  enum Verdict {
    /** A server that accepts a connection and does not answer is not there. */
    NO_ANSWER,
    /** A watch list that pauses before its end is tried as a list. */
    WATCH_LIST_STALLED,
    /** A list that pauses before its end is broken. */
    LIST_STALLED,
    /**
     * Bookmarks come each minute; without any, the server may wait for a version that will never
     * come: a watch from the future is accepted and silent, for instance after a restore of etcd.
     */
    SILENT,
    /** The server should have ended the watch by itself. */
    OVERDUE
  }

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration INITIAL_SILENCE = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(150);
  private static final Duration OVERTIME = Duration.ofSeconds(30);

  /**
   * Returns the limit that comes first.
   *
   * @param syncing whether the attempt has not yet brought all there is
   */
  static TimeLimit of(Attempt attempt, boolean syncing, long now) {
    if (!attempt.isOpened()) {
      return until(attempt.startedAt, ANSWER, now, Verdict.NO_ANSWER);
    }
    if (syncing) {
      boolean list = attempt.request.kind() == SliceRequest.Kind.LIST;
      return until(
          attempt.lastActivity(),
          INITIAL_SILENCE,
          now,
          list ? Verdict.LIST_STALLED : Verdict.WATCH_LIST_STALLED);
    }
    TimeLimit silent = until(attempt.lastActivity(), SILENCE, now, Verdict.SILENT);
    Duration deadline = attempt.request.timeout().plus(OVERTIME);
    TimeLimit overdue = until(attempt.openedAt(), deadline, now, Verdict.OVERDUE);
    return silent.left <= overdue.left ? silent : overdue;
  }

  private static TimeLimit until(long from, Duration limit, long now, Verdict verdict) {
    return new TimeLimit(from + limit.toNanos() - now, verdict, limit);
  }
}
