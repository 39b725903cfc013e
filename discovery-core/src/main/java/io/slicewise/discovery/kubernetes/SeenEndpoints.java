package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.SliceEndpoint;
import java.util.Arrays;
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

  private SliceEndpoint[] endpoints = {};
  private int[] lengths = {};
  private long[] prints = {};
  private int size;

  // The version that is being read.
  private SliceEndpoint[] nextEndpoints = {};
  private int[] nextLengths = {};
  private long[] nextPrints = {};
  private int nextSize;
  private int expected;

  /** Begins a new version. */
  void begin() {
    int capacity = Math.max(size, SMALLEST);
    nextEndpoints = new SliceEndpoint[capacity];
    nextLengths = new int[capacity];
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
      if (index >= 0 && index < size && in.remaining() >= lengths[index]) {
        long print = in.fingerprint(in.position(), in.position() + lengths[index], seed);
        if (print == prints[index]) {
          in.skipBytes(lengths[index]);
          append(endpoints[index], lengths[index], print);
          expected = index + 1;
          return endpoints[index];
        }
      }
    }
    expected++;
    return null;
  }

  /** Notes an endpoint that was read from {@code from} up to the cursor. */
  void add(SliceEndpoint endpoint, JsonCursor in, int from, long seed) {
    append(endpoint, in.position() - from, in.fingerprint(from, in.position(), seed));
  }

  /** Ends the version: it is the last one now. */
  void end() {
    endpoints = nextEndpoints;
    lengths = nextLengths;
    prints = nextPrints;
    size = nextSize;
  }

  private void append(SliceEndpoint endpoint, int length, long print) {
    if (nextSize == nextLengths.length) {
      nextEndpoints = Arrays.copyOf(nextEndpoints, 2 * nextSize);
      nextLengths = Arrays.copyOf(nextLengths, 2 * nextSize);
      nextPrints = Arrays.copyOf(nextPrints, 2 * nextSize);
    }
    nextEndpoints[nextSize] = endpoint;
    nextLengths[nextSize] = length;
    nextPrints[nextSize++] = print;
  }
}
