package io.slicewise.discovery.source;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One list or watch of the EndpointSlices of some Services in one namespace.
 *
 * @param kind what to do
 * @param namespace the namespace
 * @param services the Services whose slices are wanted; empty means every slice of the namespace
 * @param content what is wanted of each slice
 * @param resourceVersion where to start; empty means the newest there is. A list or a watch list
 *     with a version asks for data {@code NotOlderThan} it.
 * @param limit the page size of a list, 0 for no paging
 * @param continueToken the token of the next page of a list, or null for the first
 * @param timeout how long the server shall keep a watch open; whole seconds
 */
public record SliceRequest(
    Kind kind,
    String namespace,
    SortedSet<String> services,
    Content content,
    String resourceVersion,
    int limit,
    @Nullable String continueToken,
    Duration timeout) {

  /** What an exchange does. */
  public enum Kind {
    /** One page of a list. */
    LIST,
    /** A watch from a resourceVersion. */
    WATCH,
    /** A watch that begins with all that exists (KEP-3157), ended by a marked bookmark. */
    WATCH_LIST
  }

  /** What is wanted of each slice. */
  public enum Content {
    /** All of it. */
    SLICES,
    /**
     * Its name, version and labels ({@code PartialObjectMetadata}): slices are delivered without
     * endpoints and ports, whatever the server sends.
     */
    METADATA
  }

  public SliceRequest {
    requireNonNull(kind, "kind");
    requireNonNull(namespace, "namespace");
    services = Collections.unmodifiableSortedSet(new TreeSet<>(services));
    requireNonNull(content, "content");
    requireNonNull(resourceVersion, "resourceVersion");
    requireNonNull(timeout, "timeout");
    if (limit < 0) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 0)");
    }
  }
}
