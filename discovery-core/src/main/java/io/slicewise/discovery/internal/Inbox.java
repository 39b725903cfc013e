package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.SliceEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reader has decoded and the writer has not yet taken: the last event of each slice, and the
 * version reached. Bounded by the number of slices, so that a burst never piles up and the reader
 * never waits for the writer.
 */
final class Inbox {

  /**
   * What the writer takes at once.
   *
   * @param events the last event of each slice that had any, none older than the one before
   * @param resourceVersion the version reached, empty if none was named
   */
  record Batch(List<SliceEvent> events, String resourceVersion) {}

  private final Object lock = new Object();
  private Map<String, SliceEvent> latest = new LinkedHashMap<>(); // guarded by lock
  private String resourceVersion = ""; // guarded by lock
  private boolean announced; // guarded by lock

  /** Adds an event; true if the writer must be told that there is something to take. */
  boolean add(SliceEvent event) {
    synchronized (lock) {
      EndpointSlice slice = event.slice();
      if (slice != null) {
        latest.put(slice.name(), event);
      }
      resourceVersion = event.resourceVersion();
      boolean tell = !announced;
      announced = true;
      return tell;
    }
  }

  Batch take() {
    synchronized (lock) {
      Batch batch = new Batch(new ArrayList<>(latest.values()), resourceVersion);
      latest = new LinkedHashMap<>();
      announced = false;
      return batch;
    }
  }
}
