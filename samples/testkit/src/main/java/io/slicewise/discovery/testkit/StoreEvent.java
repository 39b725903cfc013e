package io.slicewise.discovery.testkit;

import org.jspecify.annotations.Nullable;

/**
 * One write: the object before it, which a creation does not have, and after it.
 *
 * <p>After a deletion stands the last content, at the resourceVersion of the deletion.
 */
record StoreEvent(boolean deletion, StoredObject object, @Nullable StoredObject previous) {

  long version() {
    return object.version();
  }

  /** What a watcher of {@code selection} is told of it, null for nothing. */
  @Nullable WatchEvent toWatchEvent(Selection selection) {
    boolean matched = previous != null && selection.matches(previous);
    boolean matches = !deletion && selection.matches(object);
    if (matches) {
      return new WatchEvent(matched ? "MODIFIED" : "ADDED", object);
    }
    if (!matched || previous == null) {
      return null;
    }
    // Not the new content: an object that leaves a selection is shown as it last was inside.
    return new WatchEvent("DELETED", deletion ? object : previous.at(version()));
  }
}
