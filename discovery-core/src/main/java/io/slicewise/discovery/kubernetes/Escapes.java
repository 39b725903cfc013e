package io.slicewise.discovery.kubernetes;

import java.nio.charset.StandardCharsets;

/** The backslash escapes of JSON strings (RFC 8259, section 7); Kubernetes sends them rarely. */
final class Escapes {

  private static final String LETTERS = "\"\\/bfnrt";
  private static final String MEANINGS = "\"\\/\b\f\n\r\t";

  private Escapes() {}

  /** Returns the UTF-8 bytes of a string with its escapes resolved. */
  static byte[] remove(byte[] buffer, int start, int end) throws UndecodableException {
    String escaped = new String(buffer, start, end - start, StandardCharsets.UTF_8);
    StringBuilder plain = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char letter = escaped.charAt(++i); // there is one: the string did not end in a backslash
      int meaning = LETTERS.indexOf(letter);
      if (meaning >= 0) {
        plain.append(MEANINGS.charAt(meaning));
      } else if (letter == 'u' && i + 4 < escaped.length()) {
        plain.append(unit(escaped, i + 1));
        i += 4;
      } else {
        throw new UndecodableException("not JSON as expected: escape \\" + letter + " in a string");
      }
    }
    return plain.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static char unit(String text, int at) throws UndecodableException {
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1; // other scripts have digits, too
      if (digit < 0) {
        throw new UndecodableException("not JSON as expected: escape \\u without four digits");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }
}
