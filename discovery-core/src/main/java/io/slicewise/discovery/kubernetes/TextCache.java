package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The texts a decoder has seen lately: a direct-mapped table from characters to one String, so that
 * the hundred nodes, zones, pods and addresses of a slice are not made again with every event.
 *
 * <p>Bounded by its number of slots; a collision merely costs a new String. Confined to one thread.
 */
final class TextCache {

  /** Longer texts than any name, address or label value would only push those out. */
  private static final int LONGEST = 253;

  private final @Nullable String[] raw;
  private final @Nullable String[] derived;
  private final UnaryOperator<String> derivation;
  private final char[] scratch = new char[LONGEST];

  /**
   * Creates a cache.
   *
   * @param slots how many texts it holds; a power of two
   * @param derivation what is handed out for a text; called once for as long as it is remembered
   */
  TextCache(int slots, UnaryOperator<String> derivation) {
    if (Integer.bitCount(slots) != 1) {
      throw new IllegalArgumentException("slots: " + slots + " (expected: a power of two)");
    }
    this.raw = new String[slots];
    this.derived = new String[slots];
    this.derivation = derivation;
  }

  /** Returns the parser's current text, or null where its current value is no text: skipped. */
  @Nullable String text(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      parser.skipChildren();
      return null;
    }
    return get(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  /** Returns the parser's current text, or null where it is empty or no text. */
  @Nullable String nonEmpty(JsonParser parser) throws IOException {
    String text = text(parser);
    return text == null || text.isEmpty() ? null : text;
  }

  private String get(char[] buffer, int offset, int length) {
    if (length > LONGEST) {
      return derivation.apply(new String(buffer, offset, length));
    }
    int hash = hash(buffer, offset, length);
    // The polynomial's high bits know the first characters, its low bits the last ones.
    int slot = (hash ^ hash >>> 12 ^ hash >>> 22) & raw.length - 1;
    String candidate = raw[slot];
    String kept = derived[slot];
    if (candidate != null && kept != null && matches(candidate, hash, buffer, offset, length)) {
      return kept;
    }
    String text = new String(buffer, offset, length);
    String result = derivation.apply(text);
    raw[slot] = text;
    derived[slot] = result;
    return result;
  }

  /** Computes what String.hashCode does, which a candidate knows already, four steps at once. */
  private static int hash(char[] buffer, int offset, int length) {
    int hash = 0;
    int i = offset;
    int end = offset + length;
    for (; i + 3 < end; i += 4) {
      hash =
          923_521 * hash
              + 29_791 * buffer[i]
              + 961 * buffer[i + 1]
              + 31 * buffer[i + 2]
              + buffer[i + 3];
    }
    for (; i < end; i++) {
      hash = 31 * hash + buffer[i];
    }
    return hash;
  }

  private boolean matches(String text, int hash, char[] buffer, int offset, int length) {
    if (text.length() != length || text.hashCode() != hash) {
      return false;
    }
    text.getChars(0, length, scratch, 0);
    return Arrays.equals(scratch, 0, length, buffer, offset, offset + length);
  }
}
