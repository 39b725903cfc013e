package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.PodName;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The {@code targetRef} last read, as far as it names a pod. The UID goes from characters to bits
 * without a String between. Confined to one thread.
 */
final class PodReference {

  private static final int UUID_LENGTH = 36;

  private final TextCache texts;
  private final FieldNames fields = new FieldNames("kind", "name", "uid");
  private @Nullable PodName name;
  private long uidHigh;
  private long uidLow;

  PodReference(TextCache texts) {
    this.texts = texts;
  }

  /** The pod's name, or null where the reference names no pod. */
  @Nullable PodName name() {
    return name;
  }

  long uidHigh() {
    return uidHigh;
  }

  long uidLow() {
    return uidLow;
  }

  void clear() {
    name = null;
    uidHigh = 0;
    uidLow = 0;
  }

  /** Reads the value the cursor stands at. A reference without a kind is taken for a pod's. */
  void read(JsonCursor in) throws UndecodableException {
    clear();
    if (!in.enterObject()) {
      return;
    }
    boolean pod = true;
    while (in.nextField()) {
      switch (in.field(fields)) {
        case "kind" -> {
          String kind = in.nonEmpty(texts);
          pod = kind == null || kind.equals("Pod");
        }
        case "name" -> readName(in);
        case "uid" -> readUid(in);
        default -> in.skipValue();
      }
    }
    if (!pod) {
      clear();
    }
  }

  /** The pods of a Deployment share all of their names but the end. */
  private void readName(JsonCursor in) throws UndecodableException {
    name = null;
    if (in.readText() && !in.isEmpty()) {
      CharSequence text = in.textView();
      int stem = PodName.stemLength(text);
      name = new PodName(in.text(texts, stem), PodName.tail(text, stem));
    }
  }

  private void readUid(JsonCursor in) throws UndecodableException {
    CharSequence text = in.readText() ? in.textView() : "";
    if (text.length() > 0 && !parseUuid(text)) {
      // A UID is opaque by contract. Any bits will do that are the same for the same text.
      UUID derived = UUID.nameUUIDFromBytes(in.text().getBytes(StandardCharsets.UTF_8));
      uidHigh = derived.getMostSignificantBits();
      uidLow = derived.getLeastSignificantBits();
    }
  }

  private boolean parseUuid(CharSequence text) {
    if (text.length() != UUID_LENGTH) {
      return false;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') {
          return false;
        }
        continue;
      }
      int digit = digit(c);
      if (digit < 0) {
        return false;
      }
      if (i < 18) {
        high = high << 4 | digit;
      } else {
        low = low << 4 | digit;
      }
    }
    uidHigh = high;
    uidLow = low;
    return true;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
  }
}
