package io.slicewise.discovery.kubernetes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The texts a decoder has seen lately: a table from UTF-8 bytes to one String, so that the hundred
 * nodes, zones, pods and addresses of a slice are not made again with every event.
 *
 * <p>Bounded by its number of slots, of which two are right for a text; a third text that falls
 * there pushes the older one out, which merely costs a new String. Confined to one thread.
 */
final class TextCache {

  /** Longer texts than any name, address or label value would only push those out. */
  private static final int LONGEST = 253;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L; // 2^64 / golden ratio

  private final byte[] @Nullable [] raw;
  private final @Nullable String[] derived;
  private final UnaryOperator<String> derivation;

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
    this.raw = new byte[slots][];
    this.derived = new String[slots];
    this.derivation = derivation;
  }

  /** Returns the text that these bytes are. */
  String get(byte[] buffer, int start, int end) {
    if (end - start > LONGEST) {
      return derivation.apply(string(buffer, start, end));
    }
    int slot = hash(buffer, start, end) & raw.length - 1;
    String found = at(slot, buffer, start, end);
    found = found == null ? at(slot ^ 1, buffer, start, end) : found;
    if (found != null) {
      return found;
    }
    String result = derivation.apply(string(buffer, start, end));
    raw[slot ^ 1] = raw[slot];
    derived[slot ^ 1] = derived[slot];
    raw[slot] = Arrays.copyOfRange(buffer, start, end);
    derived[slot] = result;
    return result;
  }

  private @Nullable String at(int slot, byte[] buffer, int start, int end) {
    byte[] key = raw[slot];
    boolean same =
        key != null
            && key.length == end - start
            && Arrays.equals(key, 0, key.length, buffer, start, end);
    return same ? derived[slot] : null;
  }

  private static String string(byte[] buffer, int start, int end) {
    return new String(buffer, start, end - start, StandardCharsets.UTF_8);
  }

  private static int hash(byte[] buffer, int start, int end) {
    long hash = (long) end - start;
    int at = start;
    for (; at + 8 <= end; at += 8) {
      hash = (hash ^ (long) LONGS.get(buffer, at)) * MIX;
      hash ^= hash >>> 32;
    }
    for (; at < end; at++) {
      hash = (hash ^ buffer[at]) * MIX;
    }
    return (int) (hash ^ hash >>> 29 ^ hash >>> 47);
  }
}
