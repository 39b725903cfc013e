package io.slicewise.discovery.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names of the fields that a reader knows, in the order in which API servers send them: the one
 * after the last is tried first, so that a name is nearly always found at once. Confined to one
 * thread.
 */
final class FieldNames {

  private final String[] names;
  private final byte[][] bytes;
  private int expected;

  FieldNames(String... names) {
    this.names = names.clone();
    this.bytes = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      bytes[i] = names[i].getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Returns the name that these bytes are, or an empty text for one that is not known. */
  String find(byte[] buffer, int start, int end) {
    int index = expected;
    for (int i = 0; i < names.length; i++) {
      byte[] name = bytes[index];
      int next = index + 1 == names.length ? 0 : index + 1;
      if (name.length == end - start && Arrays.equals(name, 0, name.length, buffer, start, end)) {
        expected = next;
        return names[index];
      }
      index = next;
    }
    return "";
  }
}
