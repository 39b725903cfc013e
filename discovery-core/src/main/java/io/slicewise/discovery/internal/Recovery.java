package io.slicewise.discovery.internal;

import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.SliceRequest.Kind;

/**
 * What to do after a failure: the error table of the list/watch protocol, as a pure function.
 *
 * <p>Source: client-go {@code tools/cache/reflector.go} and {@code rest/with_retry.go}. It departs
 * from them in one point: a 5xx is answered by asking the same again, not by a relist, because an
 * API server that is coming up has better things to do than to list.
 *
 * @param next what to ask next
 * @param pause how long to wait before
 */
record Recovery(Next next, Pause pause) {

  /** What to ask next. */
  enum Next {
    /** The same: resume the watch, or begin the list again. */
    SAME,
    /** All there is, not older than what is known. */
    RELIST,
    /** All there is, as new as the server has it: what is known has no meaning to it any more. */
    RELIST_NEWEST,
    /** All there is, by a plain LIST, because the server refuses to stream it. */
    RELIST_BY_LIST
  }

  /** How long to wait before. */
  enum Pause {
    NONE,
    BACKOFF,
    /** 400 to 800 ms, however often. */
    SHORT,
    /** Half a minute to a minute: only an operator can help. */
    LONG
  }

  /** The connection broke or could not be made. */
  static final Recovery RETRY = new Recovery(Next.SAME, Pause.BACKOFF);

  /**
   * Nobody is there, and nothing is known yet: a process that starts without an API server must not
   * wait for long once there is one. Those that were following one before it died come back spread
   * over time, as ever.
   */
  static final Recovery KNOCK = new Recovery(Next.SAME, Pause.SHORT);

  /** Returns what to do when nobody is there. */
  static Recovery nobodyThere(boolean complete) {
    return complete ? RETRY : KNOCK;
  }

  /** What the server sent makes no sense, or it hung up at once. */
  static final Recovery START_OVER = new Recovery(Next.RELIST, Pause.BACKOFF);

  /** The server has gone silent: it may wait for a version that will never come. */
  static final Recovery DISTRUST_VERSION = new Recovery(Next.RELIST_NEWEST, Pause.NONE);

  /** The server does not stream what exists, or not in time. */
  static final Recovery FALL_BACK = new Recovery(Next.RELIST_BY_LIST, Pause.NONE);

  /**
   * Returns what to do about an error status.
   *
   * @param kind what was asked
   * @param complete whether the initial events had all arrived; always true for a plain watch
   */
  static Recovery from(ApiStatus status, Kind kind, boolean complete) {
    if (status.resourceVersionTooLarge()) {
      return DISTRUST_VERSION;
    }
    if (status.isExpired()) {
      return complete ? new Recovery(Next.RELIST, Pause.NONE) : DISTRUST_VERSION;
    }
    boolean streamingList = kind == Kind.WATCH_LIST && !complete;
    return switch (status.code()) {
      case 401, 403, 429 -> RETRY;
      case 404 -> new Recovery(Next.SAME, Pause.LONG);
      case 400, 422 -> streamingList ? FALL_BACK : new Recovery(Next.RELIST_NEWEST, Pause.BACKOFF);
      case 500 -> complete && status.retryAfter() == null ? START_OVER : RETRY;
      default -> {
        if (status.code() > 500) {
          yield RETRY;
        }
        yield streamingList ? new Recovery(Next.RELIST_BY_LIST, Pause.BACKOFF) : START_OVER;
      }
    };
  }
}
