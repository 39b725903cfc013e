package io.slicewise.discovery.testkit;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The lines of the event that is being published, so that five hundred watches share one copy.
 * Confined to the lock of the {@link ObjectStore}.
 */
final class LineCache {

  private final Map<Representation, Map<String, byte[]>> lines =
      new EnumMap<>(Representation.class);
  private long current = -1;

  byte[] line(StoreEvent event, WatchEvent told, Representation representation) {
    if (current != event.version()) {
      current = event.version();
      lines.clear();
    }
    return lines
        .computeIfAbsent(representation, r -> new HashMap<>())
        .computeIfAbsent(told.type(), type -> told.line(representation));
  }
}
