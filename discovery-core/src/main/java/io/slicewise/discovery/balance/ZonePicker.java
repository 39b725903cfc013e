package io.slicewise.discovery.balance;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses the zone first, exactly by its share, and then an endpoint inside it. Load is compared
 * inside a zone only: across zones the noise of it would spend what the shares save.
 *
 * @param <T> what is chosen
 */
public final class ZonePicker<T> implements Picker<T> {

  private final BitsPicker<T>[] pickers;
  private final long[] thresholds; // of 2^63; a draw below belongs to that zone; the last takes all
  private final RandomSource random;

  private ZonePicker(BitsPicker<T>[] pickers, long[] thresholds, RandomSource random) {
    this.pickers = pickers;
    this.thresholds = thresholds;
    this.random = random;
  }

  /**
   * Returns a picker over zones.
   *
   * @param pickers the picker of each zone
   * @param shares the share of each zone, zero or more, one of them above 0; scaled to add up to 1
   */
  public static <T> Picker<T> of(List<Picker<T>> pickers, double[] shares, RandomSource random) {
    requireNonNull(random, "random");
    if (pickers.size() != shares.length) {
      throw new IllegalArgumentException(
          "shares: " + shares.length + " (expected: " + pickers.size() + ", one a zone)");
    }
    double sum = 0;
    int count = 0;
    for (double share : shares) {
      if (!(share >= 0) || Double.isInfinite(share)) {
        throw new IllegalArgumentException("share: " + share + " (expected: >= 0)");
      }
      sum += share;
      count += share > 0 ? 1 : 0;
    }
    if (count == 0) {
      throw new IllegalArgumentException(
          "shares: " + Arrays.toString(shares) + " (expected: one above 0)");
    }
    List<Picker<T>> used = new ArrayList<>(count);
    long[] thresholds = new long[count];
    double upTo = 0;
    int next = 0;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        upTo += shares[i];
        used.add(pickers.get(i));
        thresholds[next++] = (long) (upTo / sum * Long.MAX_VALUE);
      }
    }
    return count == 1 ? used.get(0) : new ZonePicker<>(withBits(used), thresholds, random);
  }

  @Override
  public T pick() {
    long bits = random.nextLong();
    long draw = bits >>> 1;
    int last = thresholds.length - 1;
    int zone = 0;
    for (int i = 0; i < last; i++) {
      // 1 where the draw is not below: no branch, because none could be foreseen.
      zone += (int) ((thresholds[i] - 1 - draw) >>> 63);
    }
    return pickers[zone].pick(mix(bits));
  }

  @SuppressWarnings("unchecked") // an array of a generic type
  private static <T> BitsPicker<T>[] withBits(List<Picker<T>> pickers) {
    BitsPicker<T>[] all = (BitsPicker<T>[]) new BitsPicker<?>[pickers.size()];
    for (int i = 0; i < all.length; i++) {
      Picker<T> picker = pickers.get(i);
      all[i] = picker instanceof BitsPicker<T> able ? able : new OwnBits<>(picker);
    }
    return all;
  }

  /** A picker that draws for itself. */
  private record OwnBits<T>(Picker<T> picker) implements BitsPicker<T> {
    @Override
    public T pick() {
      return picker.pick();
    }

    @Override
    public T pick(long bits) {
      return picker.pick();
    }
  }

  /**
   * Makes other bits of those that chose the zone, which all lie in one range: Stafford's variant
   * 13 of the finalizer of MurmurHash3, as in {@code SplittableRandom}.
   */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
