package io.slicewise.discovery.kubernetes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A place in the bytes of one JSON value, moving forward: the reader asks for what it expects, and
 * what it does not know is skipped. No character is copied before somebody wants it. Confined to
 * one thread.
 *
 * <p>It stands where a value begins, and each value must be read or skipped once. Everything is
 * checked against RFC 8259 except that malformed UTF-8 inside a string becomes U+FFFD.
 *
 * <p>Why not a library: a watch of a large Service is nothing but long lines of short strings that
 * were all seen before. Comparing them as bytes, eight at a time, costs less than half of what a
 * general parser needs to make characters of them; see {@code docs/benchmarks.md}.
 */
final class JsonCursor {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;
  private static final long MULTIPLIER = 0xA076_1D64_78BD_642FL; // wyhash's first secret
  private static final int DEEPEST = 200;

  private byte[] buffer = {};
  private int position;
  private int end;
  private boolean first; // nothing has been read yet of the innermost object or array
  private final boolean[] inObject = new boolean[DEEPEST]; // or in an array, while skipping

  // The text last read.
  private byte[] text = {};
  private int textStart;
  private int textEnd;

  /** Begins at the value that the bytes hold. */
  void reset(byte[] buffer, int offset, int length) throws UndecodableException {
    this.buffer = buffer;
    this.position = offset;
    this.end = offset + length;
    skipSpace();
  }

  /** Checks that nothing but white space is left. */
  void expectEnd() throws UndecodableException {
    skipSpace();
    if (position < end) {
      throw unexpected("the end");
    }
  }

  /** The first byte of the value, which tells its kind. */
  byte peek() throws UndecodableException {
    if (position >= end) {
      throw cutOff();
    }
    return buffer[position];
  }

  /** Enters an object; what is none is skipped, and false returned. */
  boolean enterObject() throws UndecodableException {
    return enter('{');
  }

  /** Enters an array; what is none is skipped, and false returned. */
  boolean enterArray() throws UndecodableException {
    return enter('[');
  }

  private boolean enter(char open) throws UndecodableException {
    if (peek() != open) {
      skipValue();
      return false;
    }
    position++;
    first = true;
    return true;
  }

  /** Moves to the next field's value, its name being the text; false leaves the object. */
  boolean nextField() throws UndecodableException {
    if (!next('}')) {
      return false;
    }
    if (peek() != '"') {
      throw unexpected("a field name");
    }
    scanText();
    skipSpace();
    expect(':');
    skipSpace();
    return true;
  }

  /** Moves to the next element; false leaves the array. */
  boolean nextElement() throws UndecodableException {
    return next(']');
  }

  private boolean next(char close) throws UndecodableException {
    skipSpace();
    if (peek() == close) {
      position++;
      first = false;
      return false;
    }
    if (!first) {
      expect(',');
      skipSpace();
    }
    first = false;
    return true;
  }

  /** Returns which of the names the text is; empty for none. */
  String field(FieldNames names) {
    return names.find(text, textStart, textEnd);
  }

  /** Reads a string as the text; what is none is skipped, and false returned. */
  boolean readText() throws UndecodableException {
    if (peek() != '"') {
      skipValue();
      return false;
    }
    scanText();
    return true;
  }

  /** Returns the text as a new String. */
  String text() {
    return new String(text, textStart, textEnd - textStart, StandardCharsets.UTF_8);
  }

  /** Whether the text is empty. */
  boolean isEmpty() {
    return textStart == textEnd;
  }

  /** Returns the text as it stands, valid until the cursor moves. */
  CharSequence textView() {
    return new AsciiView(text, textStart, textEnd);
  }

  /** Returns the text as the cache has it. */
  String text(TextCache cache) {
    return cache.get(text, textStart, textEnd);
  }

  /** Returns the first bytes of the text as the cache has them. */
  String text(TextCache cache, int length) {
    return cache.get(text, textStart, textStart + length);
  }

  /** Reads a string; null where the value is none, which is skipped. */
  @Nullable String string(TextCache cache) throws UndecodableException {
    return readText() ? cache.get(text, textStart, textEnd) : null;
  }

  /** Reads a string; null where the value is none, or empty. */
  @Nullable String nonEmpty(TextCache cache) throws UndecodableException {
    return readText() && textStart < textEnd ? cache.get(text, textStart, textEnd) : null;
  }

  /**
   * Reads an integer; {@code otherwise} where the value is none, which is skipped, or too large.
   */
  int integer(int otherwise) throws UndecodableException {
    int start = position;
    skipValue();
    try {
      return Integer.parseInt(new AsciiView(buffer, start, position), 0, position - start, 10);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** Where it stands. */
  int position() {
    return position;
  }

  /** How many bytes are left. */
  int remaining() {
    return end - position;
  }

  /** Moves behind a value that is known to be this long. */
  void skipBytes(int length) {
    position += length;
  }

  /**
   * Returns a hash of some of the bytes, eight at a time by a full 128-bit product folded in half,
   * as wyhash does.
   */
  long fingerprint(int from, int to, long seed) {
    long hash = seed ^ to - from;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = fold(hash ^ (long) LONGS.get(buffer, at));
    }
    long rest = 0;
    for (; at < to; at++) {
      rest = rest << 8 | buffer[at] & 255;
    }
    return fold(hash ^ rest);
  }

  private static long fold(long value) {
    return Math.multiplyHigh(value, MULTIPLIER) ^ value * MULTIPLIER;
  }

  /** Skips the value, whatever it is. */
  void skipValue() throws UndecodableException {
    int depth = 0; // a call for each level would have the compiler inline them into each other
    do {
      byte open = peek();
      if (open == '{' || open == '[') {
        if (depth == DEEPEST) {
          throw new UndecodableException("not JSON as expected: nested deeper than " + DEEPEST);
        }
        inObject[depth++] = open == '{';
        position++;
        first = true;
      } else {
        skipScalar(open);
      }
      while (depth > 0 && !(inObject[depth - 1] ? nextField() : nextElement())) {
        depth--;
      }
    } while (depth > 0);
  }

  private void skipScalar(byte start) throws UndecodableException {
    switch (start) {
      case '"' -> scanText();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> skipNumber();
    }
  }

  private void literal(String word) throws UndecodableException {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  private void skipNumber() throws UndecodableException {
    if (peek() == '-') {
      position++;
    }
    if (peek() == '0') {
      position++;
    } else {
      skipDigits();
    }
    if (position < end && buffer[position] == '.') {
      position++;
      skipDigits();
    }
    if (position < end && (buffer[position] | 0x20) == 'e') {
      position++;
      if (peek() == '+' || peek() == '-') {
        position++;
      }
      skipDigits();
    }
  }

  private void skipDigits() throws UndecodableException {
    int start = position;
    while (position < end && buffer[position] >= '0' && buffer[position] <= '9') {
      position++;
    }
    if (position == start) {
      throw unexpected("a value");
    }
  }

  /** Reads from a quote to the next one. */
  private void scanText() throws UndecodableException {
    int start = ++position;
    boolean escaped = false;
    while (true) {
      position = special(position);
      byte c = peek();
      if (c == '"') {
        break;
      }
      if (c != '\\') {
        throw unexpected("no control character in a string");
      }
      escaped = true;
      position += 2; // an escaped quote ends nothing
    }
    text = buffer;
    textStart = start;
    textEnd = position++;
    if (escaped) {
      text = Escapes.remove(buffer, textStart, textEnd);
      textStart = 0;
      textEnd = text.length;
    }
  }

  /**
   * Returns where the next quote, backslash or control character is, or the end. Eight bytes at a
   * time: the lowest marked bit is always right (Mycroft's test for a zero byte).
   */
  private int special(int from) {
    int at = from;
    for (; at + 8 <= end; at += 8) {
      long word = (long) LONGS.get(buffer, at);
      long quote = word ^ ONES * '"';
      long slash = word ^ ONES * '\\';
      long marks =
          (quote - ONES & ~quote | slash - ONES & ~slash | word - ONES * 0x20 & ~word) & HIGHS;
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < end && buffer[at] != '"' && buffer[at] != '\\' && (buffer[at] & 0xE0) != 0) {
      at++;
    }
    return at;
  }

  private void skipSpace() {
    while (position < end
        && (buffer[position] == ' '
            || buffer[position] == '\n'
            || buffer[position] == '\r'
            || buffer[position] == '\t')) {
      position++;
    }
  }

  private void expect(char c) throws UndecodableException {
    if (peek() != c) {
      throw unexpected("'" + c + "'");
    }
    position++;
  }

  private UndecodableException cutOff() {
    return new UndecodableException("not JSON as expected: cut off at byte " + position);
  }

  private UndecodableException unexpected(String expected) {
    if (position >= end) {
      return cutOff(); // what is behind the end is not ours to quote, if there is anything
    }
    return new UndecodableException(
        String.format(
            "not JSON as expected: 0x%02x at byte %d (expected: %s)",
            buffer[position] & 255, position, expected));
  }
}
