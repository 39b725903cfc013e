package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.EndpointSlice;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The label maps a decoder has seen lately. All slices of a Service carry equal labels, in every
 * version of them, and share one map here. Confined to one thread.
 */
final class LabelCache {

  private static final int SLOTS = 64;

  private final TextCache texts;
  private final @Nullable Map<?, ?>[] maps = new Map<?, ?>[SLOTS];
  private final Map<String, String> scratch = new HashMap<>();

  LabelCache(TextCache texts) {
    this.texts = texts;
  }

  /** Reads the object the cursor stands at; values that are no texts are left out. */
  Map<String, String> read(JsonCursor in) throws UndecodableException {
    if (!in.enterObject()) {
      return Map.of();
    }
    scratch.clear();
    while (in.nextField()) {
      String key = in.text(texts);
      String value = in.string(texts);
      if (value != null) {
        scratch.put(key, value);
      }
    }
    return shared();
  }

  @SuppressWarnings("unchecked") // only Map<String, String> is ever stored
  private Map<String, String> shared() {
    // By Service, not by all labels: a changed label takes the place of what it replaces.
    String service = scratch.getOrDefault(EndpointSlice.SERVICE_NAME_LABEL, "");
    int slot = (service.hashCode() ^ service.hashCode() >>> 16) & SLOTS - 1;
    Map<String, String> known = (Map<String, String>) maps[slot];
    if (known != null && known.equals(scratch)) {
      return known;
    }
    Map<String, String> labels = Map.copyOf(scratch);
    maps[slot] = labels;
    return labels;
  }
}
