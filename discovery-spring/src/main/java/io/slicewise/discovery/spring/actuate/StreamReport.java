package io.slicewise.discovery.spring.actuate;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the API server is followed in one namespace, since the application started.
 *
 * @param namespace the namespace
 * @param open how many watches are open
 * @param ends how many have ended, by the reason
 * @param relists how often everything was listed, by the reason
 * @param failures how many requests failed, by the reason
 * @param lastEnd why the last watch ended, in words, or null
 * @param lastEndAt when, in milliseconds since 1970
 * @param lastFailure what failed last, and what to do about it, or null
 * @param lastFailureAt when, in milliseconds since 1970
 */
public record StreamReport(
    String namespace,
    int open,
    Map<String, Long> ends,
    Map<String, Long> relists,
    Map<String, Long> failures,
    @Nullable String lastEnd,
    @Nullable Long lastEndAt,
    @Nullable String lastFailure,
    @Nullable Long lastFailureAt) {

  public StreamReport {
    ends = Map.copyOf(ends);
    relists = Map.copyOf(relists);
    failures = Map.copyOf(failures);
  }
}
