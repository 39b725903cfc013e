package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slicewise.discovery.model.Hints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topology hints of endpoints, giving one instance to all that are equal: a thousand
 * endpoints of three zones hold three of them. Confined to one thread.
 */
final class HintsReader {

  private static final int SLOTS = 256;

  private final TextCache texts;
  private final @Nullable Hints[] known = new Hints[SLOTS];
  private final List<String> zones = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>();

  HintsReader(TextCache texts) {
    this.texts = texts;
  }

  /** Reads the value the parser stands on; what is no object is no hints. */
  Hints read(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      parser.skipChildren();
      return Hints.NONE;
    }
    zones.clear();
    nodes.clear();
    for (String field; (field = parser.nextFieldName()) != null; ) {
      parser.nextToken();
      switch (field) {
        case "forZones" -> readNames(parser, zones);
        case "forNodes" -> readNames(parser, nodes);
        default -> parser.skipChildren();
      }
    }
    return shared();
  }

  private Hints shared() {
    if (zones.isEmpty() && nodes.isEmpty()) {
      return Hints.NONE;
    }
    int hash = 31 * zones.hashCode() + nodes.hashCode();
    int slot = (hash ^ hash >>> 16) & SLOTS - 1;
    Hints hints = known[slot];
    if (hints == null || !same(hints.forZones(), zones) || !same(hints.forNodes(), nodes)) {
      hints = new Hints(zones, nodes);
      known[slot] = hints;
    }
    return hints;
  }

  /** List.equals makes an iterator, for each endpoint of each event. */
  private static boolean same(List<String> a, List<String> b) {
    int size = a.size();
    boolean same = size == b.size();
    for (int i = 0; same && i < size; i++) {
      same = a.get(i).equals(b.get(i));
    }
    return same;
  }

  /** Reads {@code [{"name":"a"},…]}. */
  private void readNames(JsonParser parser, List<String> into) throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      parser.skipChildren();
      return;
    }
    into.clear();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.isExpectedStartObjectToken()) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean name = parser.currentName().equals("name");
        parser.nextToken();
        String text = name ? texts.nonEmpty(parser) : null;
        if (text != null) {
          into.add(text);
        } else {
          parser.skipChildren();
        }
      }
    }
  }
}
