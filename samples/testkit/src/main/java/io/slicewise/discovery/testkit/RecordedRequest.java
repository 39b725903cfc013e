package io.slicewise.discovery.testkit;

import java.time.Instant;
import java.util.Map;

/**
 * A request that the server received.
 *
 * @param query decoded, the first value where a parameter is repeated
 * @param headers by lower-case name
 * @param protocol {@code HTTP/1.1} or {@code HTTP/2.0}
 * @param status of the answer, 0 while there is none
 * @param at when it arrived, on the server's clock
 */
public record RecordedRequest(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    String protocol,
    int status,
    Instant at) {

  public RecordedRequest {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /** Whether it asked for a watch. */
  public boolean isWatch() {
    String watch = query.getOrDefault("watch", "false");
    return watch.equals("true") || watch.equals("1");
  }

  RecordedRequest withStatus(int answered) {
    return new RecordedRequest(method, path, query, headers, protocol, answered, at);
  }
}
