package io.slicewise.discovery.samples.http;

/** What the process tells whoever started it. */
final class ExitCode {

  static final int OK = 0;

  /** Calls failed, or the command itself did. */
  static final int FAILED = 1;

  /** The command line or the cluster's configuration cannot be used. */
  static final int USAGE = 2;

  /** Stopped by a signal before there was a result; 128 + SIGINT, as shells have it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
