package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.Map;

/**
 * One process's connection to the API server.
 *
 * @param feeds the Services by their namespace, one in each
 * @param delay how long everything takes to get here
 */
record Connection(Map<String, ServiceFeed> feeds, Duration delay) implements SliceSource {

  @Override
  public Exchange start(SliceRequest request, SliceHandler handler) {
    ServiceFeed feed = feeds.get(request.namespace());
    if (feed == null) {
      throw new IllegalArgumentException("namespace: " + request.namespace());
    }
    return feed.follow(request.kind(), handler, delay);
  }

  @Override
  public String describe() {
    return "simulation";
  }

  @Override
  public void close() {}
}
