package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.SyncState;
import java.util.Collections;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which Services a namespace has, at one moment. Immutable.
 *
 * @param services their names; the same instance for as long as they are the same
 * @param state how far they can be trusted
 * @param problem what is wrong and what to do, or null
 */
record Catalog(SortedSet<String> services, SyncState state, @Nullable String problem) {

  static final Catalog PENDING =
      new Catalog(Collections.emptySortedSet(), SyncState.PENDING, "no list has arrived yet");

  Catalog closed() {
    return new Catalog(services, SyncState.CLOSED, "discovery was closed");
  }
}
