package io.slicewise.discovery.model;

import org.jspecify.annotations.Nullable;

/**
 * A pod's name in two parts: what it has in common with its like, and up to eight ASCII characters
 * behind the last hyphen, which are its own. The pods of a Deployment share the first part, so that
 * ten thousand of their names take the memory of their ends. The same name always has the same
 * parts.
 *
 * @param stem everything up to and with the last hyphen, or all of a name that does not end so
 * @param tail the characters behind it, the first one in the lowest byte; 0 for none
 */
public record PodName(String stem, long tail) {

  private static final int LONGEST_TAIL = Long.BYTES;

  /** Returns a name in its parts. */
  public static PodName of(String name) {
    int stem = stemLength(name);
    return new PodName(stem == name.length() ? name : name.substring(0, stem), tail(name, stem));
  }

  /** Returns how many characters the stem of a name has; what follows is its tail. */
  public static int stemLength(CharSequence name) {
    int length = name.length();
    int shortest = Math.max(0, length - LONGEST_TAIL - 1);
    for (int i = length - 1; i >= shortest; i--) {
      char c = name.charAt(i);
      if (c == '-') {
        return i + 1;
      }
      if (c == 0 || c > 127) {
        return length;
      }
    }
    return length;
  }

  /** Returns the tail of a name whose stem has this length. */
  public static long tail(CharSequence name, int stemLength) {
    long tail = 0;
    for (int i = name.length() - 1; i >= stemLength; i--) {
      tail = tail << 8 | name.charAt(i);
    }
    return tail;
  }

  /** Returns the name, or null where the stem is. */
  static @Nullable String join(@Nullable String stem, long tail) {
    if (stem == null || tail == 0) {
      return stem;
    }
    StringBuilder name = new StringBuilder(stem.length() + LONGEST_TAIL).append(stem);
    for (long rest = tail; rest != 0; rest >>>= 8) {
      name.append((char) (rest & 255));
    }
    return name.toString();
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return String.valueOf(join(stem, tail));
  }
}
