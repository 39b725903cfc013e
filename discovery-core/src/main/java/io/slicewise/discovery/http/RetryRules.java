package io.slicewise.discovery.http;

import java.io.IOException;
import java.util.Set;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Which requests may be sent once more, and after what. */
final class RetryRules {

  /** RFC 9110, 9.2.2. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private RetryRules() {}

  /** Whether a status says that the endpoint could not do its work. */
  static boolean isFailure(int status) {
    return status == 502 || status == 503 || status == 504;
  }

  /**
   * Whether after this answer a request may be sent again, elsewhere. Not after the time in {@code
   * Retry-After}: that is when this endpoint wants to be asked again, and a call must not sleep.
   */
  static boolean mayRepeat(Request request, Response answer) {
    return isFailure(answer.code())
        && answer.networkResponse() != null // else it is the cache's
        && IDEMPOTENT.contains(request.method())
        && isReplayable(request);
  }

  /** Whether a request may be sent again after an attempt that failed. */
  static boolean mayRepeat(Request request, Attempt attempt, IOException failure) {
    if (!attempt.isConnectionFailure(failure)
        || attempt.isBodyStarted() && !isReplayable(request)) {
      return false;
    }
    return attempt.isUnprocessed(failure) || IDEMPOTENT.contains(request.method());
  }

  private static boolean isReplayable(Request request) {
    RequestBody body = request.body();
    return body == null || !body.isOneShot() && !body.isDuplex();
  }
}
