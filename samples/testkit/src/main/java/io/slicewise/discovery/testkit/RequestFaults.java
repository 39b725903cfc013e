package io.slicewise.discovery.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The armed faults that a request meets before it is looked at. Thread safe. */
final class RequestFaults {

  /** What APF sends, by hand and not as a Status. */
  private static final String PLAIN_TEXT = "Too many requests, please try again later.\n";

  private final List<Rule> rules = new ArrayList<>(); // guarded by this, as is all below
  private Duration responseDelay = Duration.ZERO;

  /** Answers the next {@code left} requests of a verb, or of any. */
  private static final class Rule {
    private final @Nullable String verb;
    private final int status;
    private final long retryAfterSeconds;
    private final boolean plainText;
    private int left;

    Rule(
        int times,
        @Nullable String verb,
        int status,
        @Nullable Duration retryAfter,
        boolean plainText) {
      this.left = times;
      this.verb = verb;
      this.status = status;
      this.retryAfterSeconds = retryAfter == null ? 0 : seconds(retryAfter);
      this.plainText = plainText;
    }

    private static long seconds(Duration duration) {
      return duration.plusMillis(999).toSeconds();
    }

    boolean matches(String requested) {
      return verb == null || verb.equals(requested);
    }

    void answer(Exchange exchange) {
      exchange.retryAfter(retryAfterSeconds);
      if (plainText) {
        exchange.text(status, PLAIN_TEXT);
        return;
      }
      String reason = reason(status);
      String message = message(status);
      exchange.fail(
          retryAfterSeconds == 0
              ? ApiException.of(status, reason, message)
              : ApiException.retryLater(status, reason, message, retryAfterSeconds));
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> "BadRequest";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "NotFound";
      case 409 -> "Conflict";
      case 410 -> "Expired";
      case 422 -> "Invalid";
      case 429 -> "TooManyRequests";
      case 500 -> "InternalError";
      case 503 -> "ServiceUnavailable";
      case 504 -> "Timeout";
      default -> "";
    };
  }

  private static String message(int status) {
    return switch (status) {
      case 401 -> "Unauthorized";
      case 404 -> "the server could not find the requested resource";
      case 410 -> "The resourceVersion for the provided list is too old.";
      case 429 -> "too many requests, please try again later";
      case 500 -> "Internal error occurred: injected by a test";
      default -> "injected by a test";
    };
  }

  synchronized void add(
      int times,
      @Nullable String verb,
      int status,
      @Nullable Duration retryAfter,
      boolean plainText) {
    rules.add(new Rule(times, verb, status, retryAfter, plainText));
  }

  synchronized void delayResponses(Duration delay) {
    responseDelay = delay;
  }

  synchronized Duration responseDelay() {
    return responseDelay;
  }

  /** Answers in the place of the server where a fault is armed. */
  boolean answer(Exchange exchange, String verb) {
    Rule rule = take(verb);
    if (rule == null) {
      return false;
    }
    rule.answer(exchange);
    return true;
  }

  private synchronized @Nullable Rule take(String verb) {
    for (Iterator<Rule> iterator = rules.iterator(); iterator.hasNext(); ) {
      Rule rule = iterator.next();
      if (rule.matches(verb)) {
        if (--rule.left <= 0) {
          iterator.remove();
        }
        return rule;
      }
    }
    return null;
  }

  synchronized void clear() {
    rules.clear();
    responseDelay = Duration.ZERO;
  }
}
