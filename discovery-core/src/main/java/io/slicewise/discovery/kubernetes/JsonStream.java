package io.slicewise.discovery.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * JSON values cut out of a byte stream one after the other, each whole in the buffer: a list of any
 * length in the memory of its largest item. It knows where a value ends, not whether it is well
 * formed; {@link JsonCursor} does. Confined to one thread.
 */
final class JsonStream {

  private static final int INITIAL = 64 << 10;

  private final InputStream in;
  private final int largest;
  private byte[] buffer = new byte[INITIAL];
  private int start; // of what is not consumed
  private int end;

  /**
   * Creates a stream.
   *
   * @param largest the largest value in bytes
   */
  JsonStream(InputStream in, int largest) {
    this.in = in;
    this.largest = largest;
  }

  /** Returns the next byte that is no white space, without consuming it; -1 at the end. */
  int peek() throws IOException {
    while (true) {
      for (; start < end; start++) {
        byte c = buffer[start];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
          return c & 255;
        }
      }
      if (fill() < 0) {
        return -1;
      }
    }
  }

  /** Consumes this byte. */
  void expect(char c) throws IOException {
    int found = peek();
    if (found != c) {
      throw new UndecodableException(
          found < 0
              ? "not JSON as expected: cut off before '" + c + "'"
              : String.format("not JSON as expected: 0x%02x (expected: '%c')", found, c));
    }
    start++;
  }

  /** Consumes the next value and puts the cursor at its beginning. */
  void next(JsonCursor cursor) throws IOException {
    peek();
    int depth = 0;
    boolean quoted = false;
    int at = start;
    boolean whole = false;
    while (!whole) {
      if (at == end) {
        int offset = at - start;
        if (fill() < 0) {
          break; // cut off, or a number at the very end: the cursor will tell
        }
        at = start + offset;
      }
      byte c = buffer[at];
      if (quoted) {
        quoted = c != '"';
        at += c == '\\' ? 2 : 1;
        at = waitFor(at);
        whole = !quoted && depth == 0;
      } else if (c == '"') {
        quoted = true;
        at++;
      } else if (c == '{' || c == '[') {
        depth++;
        at++;
      } else if (c == '}' || c == ']') {
        whole = depth <= 1;
        at += depth > 0 ? 1 : 0; // else it belongs to what is around
        depth--;
      } else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
        whole = true;
      } else {
        at++;
      }
    }
    cursor.reset(buffer, start, Math.min(at, end) - start);
    start = Math.min(at, end);
  }

  /** Has the bytes before {@code at} read, as far as there are any; returns where it is now. */
  private int waitFor(int at) throws IOException {
    int offset = at - start;
    while (start + offset > end) {
      if (fill() < 0) {
        return end;
      }
    }
    return start + offset;
  }

  private int fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      if (end > largest) {
        throw new UndecodableException(
            "list item of more than " + end + " bytes (expected: <= " + largest + ")");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * end, largest + 1L));
    }
    int read = in.read(buffer, end, buffer.length - end);
    end += Math.max(read, 0);
    return read;
  }
}
