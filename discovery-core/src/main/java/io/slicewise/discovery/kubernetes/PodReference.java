package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
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
  private @Nullable String name;
  private long uidHigh;
  private long uidLow;

  PodReference(TextCache texts) {
    this.texts = texts;
  }

  /** The pod's name, or null where the reference names no pod. */
  @Nullable String name() {
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

  /** Reads the value the parser stands on. A reference without a kind is taken for a pod's. */
  void read(JsonParser parser) throws IOException {
    clear();
    if (!parser.isExpectedStartObjectToken()) {
      parser.skipChildren();
      return;
    }
    boolean pod = true;
    for (String field; (field = parser.nextFieldName()) != null; ) {
      parser.nextToken();
      switch (field) {
        case "kind" -> {
          String kind = texts.nonEmpty(parser);
          pod = kind == null || kind.equals("Pod");
        }
        case "name" -> name = texts.nonEmpty(parser);
        case "uid" -> readUid(parser);
        default -> parser.skipChildren();
      }
    }
    if (!pod) {
      clear();
    }
  }

  private void readUid(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      parser.skipChildren();
      return;
    }
    char[] buffer = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    int length = parser.getTextLength();
    if (length > 0 && !parseUuid(buffer, offset, length)) {
      // A UID is opaque by contract. Any bits will do that are the same for the same text.
      byte[] text = new String(buffer, offset, length).getBytes(StandardCharsets.UTF_8);
      UUID derived = UUID.nameUUIDFromBytes(text);
      uidHigh = derived.getMostSignificantBits();
      uidLow = derived.getLeastSignificantBits();
    }
  }

  private boolean parseUuid(char[] buffer, int offset, int length) {
    if (length != UUID_LENGTH) {
      return false;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < length; i++) {
      char c = buffer[offset + i];
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
