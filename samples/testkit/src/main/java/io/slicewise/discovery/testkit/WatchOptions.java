package io.slicewise.discovery.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a watch asks for, checked as the real server checks it.
 *
 * @param initialEvents begins with an ADDED for everything there is
 * @param endMarker tells by a bookmark when these are over
 * @param timeout null when the client leaves it to the server
 */
record WatchOptions(
    long version,
    boolean initialEvents,
    boolean endMarker,
    boolean bookmarks,
    @Nullable Duration timeout) {

  private static final String MATCH = "resourceVersionMatch";
  private static final String INITIAL = "sendInitialEvents";

  static WatchOptions parse(ApiRequest request, boolean watchListEnabled) {
    String match = request.parameter(MATCH);
    boolean initialSet = !request.parameter(INITIAL).isEmpty();
    if (initialSet && !match.equals("NotOlderThan")) {
      throw forbidden(
          MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    if (initialSet && !watchListEnabled) {
      throw forbidden(
          INITIAL,
          "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
    }
    if (!match.isEmpty() && !initialSet) {
      throw forbidden(
          MATCH,
          "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }
    long version = ApiRequest.version(request.parameter("resourceVersion"));
    boolean bookmarks = request.flag("allowWatchBookmarks");
    boolean sent = request.flag(INITIAL);
    return new WatchOptions(
        version,
        sent || (!initialSet && version == 0),
        sent && bookmarks,
        bookmarks,
        timeout(request.parameter("timeoutSeconds")));
  }

  private static @Nullable Duration timeout(String seconds) {
    if (seconds.isEmpty() || seconds.equals("0")) {
      return null;
    }
    try {
      return Duration.ofSeconds(Long.parseLong(seconds));
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(
          "strconv.ParseInt: parsing \"" + seconds + "\": invalid syntax");
    }
  }

  private static ApiException forbidden(String field, String why) {
    return ApiException.invalidOption(field, "FieldValueForbidden", "Forbidden: " + why);
  }
}
