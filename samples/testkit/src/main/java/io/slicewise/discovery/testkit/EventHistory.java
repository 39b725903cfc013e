package io.slicewise.discovery.testkit;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.function.Consumer;

/**
 * The last writes to one type of object, bounded in number and in bytes. Confined to the lock of
 * the {@link ObjectStore}.
 */
final class EventHistory {

  /** Keeps a thousand large slices from filling a test's heap. */
  private static final long MAX_BYTES = 64 << 20;

  private final int capacity;
  private final ArrayDeque<StoreEvent> events = new ArrayDeque<>();
  private long bytes;
  private long floor;
  private long latest;

  /**
   * @param floor the oldest version to continue from
   */
  EventHistory(int capacity, long floor) {
    this.capacity = capacity;
    this.floor = floor;
    this.latest = floor;
  }

  void add(StoreEvent event) {
    events.add(event);
    bytes += event.object().size();
    latest = event.version();
    while (events.size() > capacity || (bytes > MAX_BYTES && events.size() > 1)) {
      forget(events.removeFirst());
    }
  }

  private void forget(StoreEvent event) {
    bytes -= event.object().size();
    floor = event.version();
  }

  /** Forgets everything up to and including {@code version}. */
  void compact(long version) {
    events.clear();
    bytes = 0;
    floor = version;
    latest = Math.max(latest, version);
  }

  /** Events after any older version are not known any more. */
  long floor() {
    return floor;
  }

  /** The version of the last write to this type of object. */
  long latest() {
    return latest;
  }

  boolean reachesBackTo(long version) {
    return version >= floor;
  }

  void replayAfter(long version, Consumer<StoreEvent> consumer) {
    for (StoreEvent event : events) {
      if (event.version() > version) {
        consumer.accept(event);
      }
    }
  }

  /** Turns the present state into that of {@code version}, which has to be reachable. */
  void rewind(NavigableMap<ObjectKey, StoredObject> state, long version) {
    Iterator<StoreEvent> backwards = events.descendingIterator();
    while (backwards.hasNext()) {
      StoreEvent event = backwards.next();
      if (event.version() <= version) {
        return;
      }
      if (event.previous() == null) {
        state.remove(event.object().key());
      } else {
        state.put(event.object().key(), event.previous());
      }
    }
  }
}
