package io.slicewise.discovery.balance;

import java.util.Arrays;

/**
 * Draws one of several places with unequal probabilities in constant time, from 32 bits of place
 * and 32 bits of chance. Immutable.
 *
 * <p>Source: M. D. Vose, "A linear algorithm for generating random numbers with a given
 * distribution", 1991, after A. J. Walker's alias method, 1977.
 */
final class AliasTable {

  private static final double RANGE = 1L << 32;

  private final long[] own; // chance to stay, of 2^32
  private final int[] alias;

  /**
   * Creates a table.
   *
   * @param weights at least one, each above 0
   */
  AliasTable(double[] weights) {
    int count = weights.length;
    double sum = Arrays.stream(weights).sum();
    double[] scaled = new double[count];
    int[] work = new int[count]; // the light ones from the left, the heavy ones from the right
    int light = 0;
    int heavy = count;
    for (int i = 0; i < count; i++) {
      scaled[i] = weights[i] * count / sum;
      if (scaled[i] < 1) {
        work[light++] = i;
      } else {
        work[--heavy] = i;
      }
    }
    own = new long[count];
    alias = new int[count];
    Arrays.fill(own, (long) RANGE);
    while (light > 0 && heavy < count) {
      int small = work[--light];
      int large = work[heavy];
      own[small] = (long) (scaled[small] * RANGE);
      alias[small] = large;
      scaled[large] -= 1 - scaled[small];
      if (scaled[large] < 1) {
        heavy++;
        work[light++] = large;
      }
    }
  }

  int size() {
    return own.length;
  }

  /** Returns a place for 64 random bits. */
  int draw(long bits) {
    int place = (int) ((bits >>> 32) * own.length >>> 32);
    // -1 for the own place, 0 for the alias: no branch, because none could be foreseen.
    int stays = (int) (((bits & 0xffff_ffffL) - own[place]) >> 63);
    return alias[place] ^ ((alias[place] ^ place) & stays);
  }
}
