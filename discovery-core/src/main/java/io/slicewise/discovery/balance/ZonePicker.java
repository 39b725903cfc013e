package io.slicewise.discovery.balance;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the zone first, exactly by its share, and then an endpoint inside it. Load is compared
 * inside a zone only: across zones the noise of it would spend what the shares save.
 *
 * <p>The shares lie side by side on a line that is cut into {@value #CELLS} cells, and the upper
 * bits of one random number say which cell it is. Nearly all cells lie in one zone; where a zone
 * ends inside a cell, all bits are compared with where it ends.
 *
 * @param <T> what is chosen
 */
public final class ZonePicker<T> implements Picker<T> {

  private static final int CELL_BITS = 7;
  private static final int CELLS = 1 << CELL_BITS;

  private final @Nullable BitsPicker<T>[] cells; // null where a zone ends
  private final BitsPicker<T>[] zones;
  private final double[] ends; // of each zone, from 0 to 1
  private final RandomSource random;

  private ZonePicker(List<BitsPicker<T>> zones, double[] ends, RandomSource random) {
    this.zones = array(zones.size());
    this.ends = ends;
    this.random = random;
    this.cells = array(CELLS);
    double start = 0;
    for (int i = 0; i < this.zones.length; i++) {
      this.zones[i] = zones.get(i);
      double end = i < this.zones.length - 1 ? ends[i] : 1;
      int first = (int) Math.ceil(start * CELLS);
      int behind = (int) (end * CELLS);
      if (first < behind) {
        Arrays.fill(cells, first, behind, this.zones[i]);
      }
      start = end;
    }
  }

  @SuppressWarnings("unchecked") // an array of a generic type
  private static <T> BitsPicker<T>[] array(int length) {
    return (BitsPicker<T>[]) new BitsPicker<?>[length];
  }

  private int zoneAt(double place) {
    int zone = 0;
    while (zone < zones.length - 1 && place >= ends[zone]) {
      zone++;
    }
    return zone;
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
    for (double share : shares) {
      if (!(share >= 0) || Double.isInfinite(share)) {
        throw new IllegalArgumentException("share: " + share + " (expected: >= 0)");
      }
      sum += share;
    }
    if (sum == 0) {
      throw new IllegalArgumentException(
          "shares: " + Arrays.toString(shares) + " (expected: one above 0)");
    }
    List<BitsPicker<T>> used = new ArrayList<>(shares.length);
    double[] ends = new double[shares.length];
    double end = 0;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        end += shares[i];
        ends[used.size()] = end / sum;
        Picker<T> picker = pickers.get(i);
        used.add(picker instanceof BitsPicker<T> able ? able : new OwnBits<>(picker));
      }
    }
    return used.size() == 1 ? used.get(0) : new ZonePicker<>(used, ends, random);
  }

  @Override
  public T pick() {
    long bits = random.nextLong();
    BitsPicker<T> zone = cells[(int) (bits >>> Long.SIZE - CELL_BITS)];
    return zone == null ? pickByEnds(bits) : zone.pick(bits << CELL_BITS);
  }

  private T pickByEnds(long bits) {
    return zones[zoneAt((bits >>> 11) * 0x1p-53)].pick(random.nextLong());
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
}
