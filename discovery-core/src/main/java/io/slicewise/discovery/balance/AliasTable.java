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
  private static final long LOW = 0xffff_ffffL;

  private final long[] cells; // chance to stay, of 2^32, and below it the alias

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
    cells = new long[count];
    Arrays.setAll(cells, place -> place); // who is its own alias always stays
    while (light > 0 && heavy < count) {
      int small = work[--light];
      int large = work[heavy];
      cells[small] = (long) (scaled[small] * RANGE) << 32 | large;
      scaled[large] -= 1 - scaled[small];
      if (scaled[large] < 1) {
        heavy++;
        work[light++] = large;
      }
    }
  }

  /** Returns a place for 64 random bits. */
  int draw(long bits) {
    int place = (int) ((bits >>> 32) * cells.length >>> 32);
    long cell = cells[place];
    // -1 for the own place, 0 for the alias: no branch, because none could be foreseen.
    int stays = (int) (((bits & LOW) - (cell >>> 32)) >> 63);
    int alias = (int) cell;
    return alias ^ ((alias ^ place) & stays);
  }
}
