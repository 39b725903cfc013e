package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.SliceEndpoint;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of the last version of one slice, each with the length and a fingerprint of its
 * bytes. A new version of a slice of a hundred endpoints usually changes one of them; the others
 * stand there again byte for byte, and need not be read. Confined to one thread.
 *
 * <p>The fingerprint has 64 bits and a secret seed. That two texts of the same length have the same
 * one is less likely than an undetected error of the machine's memory.
 */
final class SeenEndpoints {

  private static final int SMALLEST = 8;
  private static final int UNKNOWN = 0; // no text of an endpoint is that short

  private List<SliceEndpoint> endpoints = List.of(); // the slice's own list
  private char[] lengths = {};
  private long[] prints = {};

  // The version that is being read.
  private char[] nextLengths = {};
  private long[] nextPrints = {};
  private int nextSize;
  private int expected;

  /** Begins a new version. */
  void begin() {
    int capacity = Math.max(endpoints.size(), SMALLEST);
    nextLengths = new char[capacity];
    nextPrints = new long[capacity];
    nextSize = 0;
    expected = 0;
  }

  /**
   * Returns the endpoint at the cursor if the last version had it, and moves behind it; null
   * otherwise. It is looked for where it should be, and one place beside that: one endpoint more or
   * less does not lose the rest.
   */
  @Nullable SliceEndpoint match(JsonCursor in, long seed) {
    for (int step = 0; step < 3; step++) {
      int index = expected + (step == 2 ? -1 : step);
      if (index >= 0 && index < endpoints.size()) {
        int length = lengths[index];
        if (length != UNKNOWN && in.remaining() >= length) {
          long print = in.fingerprint(in.position(), in.position() + length, seed);
          if (print == prints[index]) {
            in.skipBytes(length);
            append(length, print);
            expected = index + 1;
            return endpoints.get(index);
          }
        }
      }
    }
    expected++;
    return null;
  }

  /** Notes an endpoint that was read from {@code from} up to the cursor. */
  void add(JsonCursor in, int from, long seed) {
    int length = in.position() - from;
    append(
        length <= Character.MAX_VALUE ? length : UNKNOWN,
        in.fingerprint(from, in.position(), seed));
  }

  /**
   * Ends the version: it is the last one now.
   *
   * @param all every endpoint that matched or was added, in that order; not copied
   */
  void end(List<SliceEndpoint> all) {
    endpoints = all;
    lengths = nextLengths.length == nextSize ? nextLengths : Arrays.copyOf(nextLengths, nextSize);
    prints = nextPrints.length == nextSize ? nextPrints : Arrays.copyOf(nextPrints, nextSize);
    nextLengths = lengths; // or what they replace would be held
    nextPrints = prints;
  }

  private void append(int length, long print) {
    if (nextSize == nextLengths.length) {
      nextLengths = Arrays.copyOf(nextLengths, 2 * nextSize);
      nextPrints = Arrays.copyOf(nextPrints, 2 * nextSize);
    }
    nextLengths[nextSize] = (char) length;
    nextPrints[nextSize++] = print;
  }
}
