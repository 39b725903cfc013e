package io.slicewise.discovery.policy;

import java.util.Arrays;
import java.util.Objects;

/** Where each of several lists stands in all of them one after the other. Immutable. */
final class Positions {

  private final int[] ends; // for each list the index behind its last element

  /** Creates the positions of lists of so many elements; the array becomes theirs. */
  Positions(int[] sizes) {
    for (int i = 1; i < sizes.length; i++) {
      sizes[i] += sizes[i - 1];
    }
    this.ends = sizes;
  }

  private Positions(int[] ends, int changed, int more) {
    for (int i = changed; i < ends.length; i++) {
      ends[i] += more;
    }
    this.ends = ends;
  }

  /** Returns the positions after one list has become longer, or shorter. */
  Positions resized(int part, int more) {
    return more == 0 ? this : new Positions(ends.clone(), part, more);
  }

  /** Returns the list that an index is in. */
  int part(int index) {
    Objects.checkIndex(index, ends.length == 0 ? 0 : ends[ends.length - 1]);
    int found = Arrays.binarySearch(ends, index);
    int part = found < 0 ? -found - 1 : found + 1;
    while (ends[part] <= index) {
      part++; // empty ones end where the one before them does
    }
    return part;
  }

  /** Returns the index of the first element of a list. */
  int start(int part) {
    return part == 0 ? 0 : ends[part - 1];
  }
}
