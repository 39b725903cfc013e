package io.slicewise.discovery.samples.http;

/** Thrown where nothing is known of a Service yet; the message says why. */
final class NotSyncedException extends Exception {

  private static final long serialVersionUID = 1L;

  NotSyncedException(String message) {
    super(message);
  }
}
