package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.Hints;
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
  private final FieldNames fields = new FieldNames("forZones", "forNodes");
  private final FieldNames nameField = new FieldNames("name");

  HintsReader(TextCache texts) {
    this.texts = texts;
  }

  /** Reads the value the cursor stands at; what is no object is no hints. */
  Hints read(JsonCursor in) throws UndecodableException {
    if (!in.enterObject()) {
      return Hints.NONE;
    }
    zones.clear();
    nodes.clear();
    while (in.nextField()) {
      switch (in.field(fields)) {
        case "forZones" -> readNames(in, zones);
        case "forNodes" -> readNames(in, nodes);
        default -> in.skipValue();
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
  private void readNames(JsonCursor in, List<String> into) throws UndecodableException {
    if (!in.enterArray()) {
      return;
    }
    into.clear();
    while (in.nextElement()) {
      if (in.enterObject()) {
        readName(in, into);
      }
    }
  }

  private void readName(JsonCursor in, List<String> into) throws UndecodableException {
    while (in.nextField()) {
      if (in.field(nameField).isEmpty()) {
        in.skipValue();
        continue;
      }
      String name = in.nonEmpty(texts);
      if (name != null) {
        into.add(name);
      }
    }
  }
}
