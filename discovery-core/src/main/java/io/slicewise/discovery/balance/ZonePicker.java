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
  private final AliasTable zones;
  private final RandomSource random;

  private ZonePicker(BitsPicker<T>[] pickers, AliasTable zones, RandomSource random) {
    this.pickers = pickers;
    this.zones = zones;
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
    int count = 0;
    for (double share : shares) {
      if (!(share >= 0) || Double.isInfinite(share)) {
        throw new IllegalArgumentException("share: " + share + " (expected: >= 0)");
      }
      count += share > 0 ? 1 : 0;
    }
    if (count == 0) {
      throw new IllegalArgumentException(
          "shares: " + Arrays.toString(shares) + " (expected: one above 0)");
    }
    List<Picker<T>> used = new ArrayList<>(count);
    double[] weights = new double[count];
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        weights[used.size()] = shares[i];
        used.add(pickers.get(i));
      }
    }
    return count == 1
        ? used.get(0)
        : new ZonePicker<>(withBits(used), new AliasTable(weights), random);
  }

  @Override
  public T pick() {
    long bits = random.nextLong();
    return pickers[zones.draw(bits)].pick(spread(bits));
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
   * Makes other bits of those that chose the zone, which all lie in one range: multiples of the
   * golden ratio, one after the other, lie evenly in any range of their upper bits (Knuth, TAOCP
   * vol. 3, 6.4), and their lower bits do not depend on those that chose.
   */
  private static long spread(long bits) {
    return bits * 0x9e37_79b9_7f4a_7c15L; // 2^64 / golden ratio
  }
}
