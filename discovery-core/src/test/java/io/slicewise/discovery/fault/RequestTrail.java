package io.slicewise.discovery.fault;

import io.slicewise.discovery.testkit.RecordedRequest;
import java.util.List;
import java.util.Map;

/**
 * What an API server was asked for slices, one line a request, in the order of arrival: {@code
 * watchlist newest 200}, {@code watch @1007 429}, {@code list >=1007 410}.
 *
 * <p>{@code @} is a version to go on from, {@code >=} one that the answer may not be older than; a
 * request that has no answer yet ends in 0.
 */
final class RequestTrail {

  private RequestTrail() {}

  static List<String> of(List<RecordedRequest> requests) {
    return requests.stream()
        .filter(request -> request.path().endsWith("/endpointslices"))
        .map(request -> line(request.query(), Integer.toString(request.status())))
        .toList();
  }

  /**
   * Returns the line of one request.
   *
   * @param answer the status, or what else came of it
   */
  static String line(Map<String, String> query, String answer) {
    String kind = "list";
    if ("true".equals(query.get("watch"))) {
      kind = "true".equals(query.get("sendInitialEvents")) ? "watchlist" : "watch";
    }
    String page = query.containsKey("continue") ? " next page" : "";
    return kind + " " + from(query) + page + " " + answer;
  }

  private static String from(Map<String, String> query) {
    String version = query.getOrDefault("resourceVersion", "");
    if (version.isEmpty()) {
      return "newest";
    }
    return ("NotOlderThan".equals(query.get("resourceVersionMatch")) ? ">=" : "@") + version;
  }
}
