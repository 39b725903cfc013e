package io.slicewise.discovery.cli;

/** What the process tells whoever started it. */
final class ExitCode {

  static final int OK = 0;

  /** Something that no other code names; also a demo with failed calls. */
  static final int UNEXPECTED = 1;

  /** The command line or the cluster's configuration cannot be used. */
  static final int USAGE = 2;

  /** The API server has not given a complete list of every target. */
  static final int NEVER_SYNCED = 3;

  /** A target has no endpoint to pick. */
  static final int NOTHING_TO_PICK = 4;

  /** Stopped by a signal before there was a result; 128 + SIGINT, as shells have it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
