package io.slicewise.discovery.source;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.model.EndpointSlice;
import org.jspecify.annotations.Nullable;

/**
 * One event of a watch.
 *
 * @param type what happened
 * @param resourceVersion the version the watch has reached with this event; empty for an error
 * @param slice the slice that was added, changed or deleted; null otherwise
 * @param initialEventsEnd whether this bookmark ends the initial events of a watch list
 * @param status what went wrong, for an error; null otherwise
 */
public record SliceEvent(
    Type type,
    String resourceVersion,
    @Nullable EndpointSlice slice,
    boolean initialEventsEnd,
    @Nullable ApiStatus status) {

  /** What an event says. */
  public enum Type {
    ADDED,
    MODIFIED,
    /** The slice is gone, or no longer matches the selector. */
    DELETED,
    /** Nothing changed up to this version. */
    BOOKMARK,
    /** The watch failed inside a response that began well. */
    ERROR
  }

  public SliceEvent {
    requireNonNull(type, "type");
    requireNonNull(resourceVersion, "resourceVersion");
  }

  /** Returns an event about a slice. */
  public static SliceEvent of(Type type, EndpointSlice slice) {
    return new SliceEvent(type, slice.resourceVersion(), slice, false, null);
  }

  /** Returns a bookmark. */
  public static SliceEvent bookmark(String resourceVersion, boolean initialEventsEnd) {
    return new SliceEvent(Type.BOOKMARK, resourceVersion, null, initialEventsEnd, null);
  }

  /** Returns an error event. */
  public static SliceEvent error(ApiStatus status) {
    return new SliceEvent(Type.ERROR, "", null, false, status);
  }
}
