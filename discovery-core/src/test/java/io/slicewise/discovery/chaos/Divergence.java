package io.slicewise.discovery.chaos;

/** Something that must never be. */
final class Divergence extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Which of the things that must never be. */
  enum Kind {
    /** A view that does not equal the truth in time. */
    LATE,
    /** A view that is empty, although there was somebody all the time. */
    EMPTY,
    /** An endpoint that never served the target. */
    STRANGE,
    /** An endpoint that has gone long ago. */
    GONE,
    /** A view older than the one before. */
    BACKWARDS,
    /** Threads, connections or memory that stay. */
    LEAK,
    /** An exception. */
    THROWN
  }

  private final Kind kind;

  Divergence(Kind kind, String message) {
    super(kind + ": " + message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
