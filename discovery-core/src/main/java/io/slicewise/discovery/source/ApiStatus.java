package io.slicewise.discovery.source;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure as the API server states it: a {@code Status} object, or an HTTP status with whatever
 * body came with it.
 *
 * @param code the HTTP status code
 * @param reason the machine-readable reason, such as {@code Expired}; empty where none was given
 * @param message the server's text, cut to a few hundred characters
 * @param retryAfter how long the server asks to be left alone, or null
 * @param resourceVersionTooLarge whether the server has not reached the version that was asked for
 */
public record ApiStatus(
    int code,
    String reason,
    String message,
    @Nullable Duration retryAfter,
    boolean resourceVersionTooLarge) {

  public ApiStatus {
    requireNonNull(reason, "reason");
    requireNonNull(message, "message");
  }

  /** Whether the version asked for is too old: 410, reason {@code Expired} or {@code Gone}. */
  public boolean isExpired() {
    return code == 410;
  }

  /** Returns code, reason and message in one line. */
  @Override
  public String toString() {
    return code
        + (reason.isEmpty() ? "" : " " + reason)
        + (message.isEmpty() ? "" : ": " + message);
  }
}
