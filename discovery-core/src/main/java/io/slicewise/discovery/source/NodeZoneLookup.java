package io.slicewise.discovery.source;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads the zone of a node from the node itself, which needs the verb {@code get} on nodes. */
@FunctionalInterface
public interface NodeZoneLookup {

  /**
   * Returns the zone, or nothing where the node has none or may not be read. It never completes
   * exceptionally.
   */
  CompletableFuture<Optional<String>> zoneOf(String node);
}
