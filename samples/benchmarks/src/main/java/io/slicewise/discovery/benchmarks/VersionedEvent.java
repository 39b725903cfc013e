package io.slicewise.discovery.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** The bytes of an event, of which only the resourceVersion changes: in place, without garbage. */
final class VersionedEvent {

  /** The first of the versions: all after it have as many digits. */
  static final long FIRST = 1_000_000_000L;

  private static final String FIELD = "\"resourceVersion\":\"";

  private final byte[] bytes;
  private final int lastDigit;

  /**
   * Takes an event of which the object has one resourceVersion, whatever it is.
   *
   * @param event the bytes, which stay as they are
   */
  VersionedEvent(byte[] event) {
    String text = new String(event, ISO_8859_1);
    String fixed =
        text.replaceFirst(FIELD + "[0-9]+\"", FIELD + FIRST + "\""); // of the object's metadata
    this.bytes = fixed.getBytes(ISO_8859_1);
    this.lastDigit = fixed.indexOf(FIELD) + FIELD.length() + 9;
    if (bytes[lastDigit + 1] != '"') {
      throw new IllegalArgumentException(new String(event, UTF_8) + " (expected: a version)");
    }
  }

  /** Returns the event at a version; the same array each time. */
  byte[] at(long version) {
    long rest = version;
    for (int i = lastDigit; i > lastDigit - 10; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return bytes;
  }

  int length() {
    return bytes.length;
  }
}
