package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.Loaded;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives a key always the same endpoint while the endpoints are the same, and in every process the
 * same one. When an endpoint goes, its keys move and no others; when one comes, keys move to it
 * only. Immutable, thread safe, lock free, and without allocation.
 *
 * <p>Each endpoint is {@value #POINTS} points on a ring of 64 bits. A key has {@value #PROBES}
 * places on it, and the endpoint that follows one of them most closely is the key's. Source: B.
 * Appleton and M. O'Reilly, "Multi-probe consistent hashing", 2015, arXiv:1505.00062. The probes
 * keep the busiest endpoint close to the mean; they do not raise the idlest, which by chance
 * follows another one very closely: that is what more than one point is for.
 *
 * <p>With unequal weights an endpoint has points in proportion, {@value #POINTS} at the mean
 * weight, rounded, from 1 to {@value #MOST_POINTS}, and a growing weight adds points only. As a
 * mean takes part, a new endpoint or weight may then also move a few keys between others.
 *
 * <p>No key may overload an endpoint. It takes a call only while its calls in flight are
 *
 * <ul>
 *   <li>fewer than {@value #FREE_CALLS}, whatever the others do, or
 *   <li>fewer than {@value #CAPACITY} · (calls + 1) / weights · its weight,
 * </ul>
 *
 * where calls and weights are the sums over all endpoints if there are at most {@value #FEW}, and
 * otherwise over those that the key's probes found, each as often as it was found: a sample that
 * the hash draws and not the load. Else the call goes to the next closest endpoint of the probes
 * that has room, the same one for all calls of the key, and back as soon as there is room again. If
 * none has room, it goes to the one of them with the fewest calls for its weight. Source: V.
 * Mirrokni, M. Thorup and M. Zadimoghaddam, "Consistent Hashing with Bounded Loads", SODA 2018,
 * arXiv:1608.01350. Nothing is reserved: threads that pick at the same moment may all see the same
 * room.
 *
 * <p>The constants are part of the mapping: who changes one moves keys between versions.
 *
 * @param <T> what is chosen
 */
public final class HashRing<T extends Loaded> {

  private static final int PROBES = 21;
  private static final int POINTS = 8;
  private static final int MOST_POINTS = 64;
  private static final int FREE_CALLS = 8;
  private static final double CAPACITY = 1.25;
  private static final int FEW = 64;

  // Two steps: a key with the bits of an identity must not walk in its points.
  private static final long POINT_STEP = 0x9e37_79b9_7f4a_7c15L;
  private static final long PROBE_STEP = 0xd134_2543_de82_ef95L;

  private final T[] endpoints;
  private final double @Nullable [] weights; // null if all are equal
  private final long[] points; // ascending as signed numbers: on a ring as good as unsigned
  private final int[] owners; // of each point; where points are equal the first one counts
  private final int[] starts; // the first point in or after each cell of the ring

  private HashRing(T[] endpoints, double @Nullable [] weights, ToLongFunction<? super T> identity) {
    this.endpoints = endpoints;
    this.weights = weights;
    long[] identities = Arrays.stream(endpoints).mapToLong(identity).toArray();
    int[] counts = pointCounts(endpoints.length, weights);
    points = points(identities, counts);
    starts = starts(points);
    owners = new int[points.length];
    Arrays.fill(owners, -1);
    for (int i = 0; i < identities.length; i++) {
      for (int number = 1; number <= counts[i]; number++) {
        int at = successor(point(identities[i], number));
        if (owners[at] < 0 || comesBefore(i, owners[at], identities)) {
          owners[at] = i;
        }
      }
    }
  }

  /**
   * Returns a ring. The order of the endpoints does not matter.
   *
   * @param <T> what is chosen
   * @param endpoints at least one endpoint; not copied: nobody may write the array any more
   * @param weights the weight of each, above 0, or null if all weigh the same; not copied either
   * @param identity 64 bits that tell endpoints apart, the same in every process, such as {@link
   *     HashKey#of} of address and port; of two with the same bits only one is picked
   */
  public static <T extends Loaded> HashRing<T> of(
      T[] endpoints, double @Nullable [] weights, ToLongFunction<? super T> identity) {
    if (endpoints.length == 0) {
      throw new IllegalArgumentException("endpoints: [] (expected: at least one)");
    }
    if (weights == null) {
      return new HashRing<>(endpoints, null, identity);
    }
    if (weights.length != endpoints.length) {
      throw new IllegalArgumentException(
          "weights: " + weights.length + " (expected: " + endpoints.length + ", one an endpoint)");
    }
    boolean equal = true;
    for (double weight : weights) {
      equal &= weight == weights[0];
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: > 0)");
      }
    }
    return new HashRing<>(endpoints, equal ? null : weights, identity);
  }

  private static int[] pointCounts(int length, double @Nullable [] weights) {
    int[] counts = new int[length];
    Arrays.fill(counts, POINTS);
    if (weights == null) {
      return counts;
    }
    double[] sorted = weights.clone(); // because a sum of doubles depends on the order
    Arrays.sort(sorted);
    double sum = 0;
    for (double weight : sorted) {
      sum += weight;
    }
    for (int i = 0; i < length; i++) {
      long share = Math.round(POINTS * (weights[i] / (sum / length)));
      counts[i] = (int) Math.max(1, Math.min(MOST_POINTS, share));
    }
    return counts;
  }

  private static long[] points(long[] identities, int[] counts) {
    long[] points = new long[Arrays.stream(counts).sum()];
    int at = 0;
    for (int i = 0; i < identities.length; i++) {
      for (int number = 1; number <= counts[i]; number++) {
        points[at++] = point(identities[i], number);
      }
    }
    Arrays.sort(points);
    return points;
  }

  private static long point(long identity, int number) {
    return HashKey.mix(HashKey.mix(identity) + number * POINT_STEP);
  }

  private static long probe(long seed, int number) {
    return HashKey.mix(seed + number * PROBE_STEP);
  }

  private static int[] starts(long[] points) {
    int[] starts = new int[points.length];
    for (int cell = 0, at = 0; cell < starts.length; starts[cell++] = at) {
      while (at < points.length && cell(points[at], starts.length) < cell) {
        at++;
      }
    }
    return starts;
  }

  /** Maps the upper half of a place to 0…cells-1, without a division and in the same order. */
  private static int cell(long place, int cells) {
    return (int) (((place >> 32) - Integer.MIN_VALUE) * cells >>> 32);
  }

  /** Whether it owns a point that both have: in all processes alike, whatever their order. */
  private boolean comesBefore(int one, int other, long[] identities) {
    return identities[one] == identities[other]
        ? weight(one) > weight(other)
        : identities[one] < identities[other];
  }

  private double weight(int endpoint) {
    return weights == null ? 1 : weights[endpoint];
  }

  /** Returns the first point at or after a place, the first of all after the last. */
  private int successor(long place) {
    int at = starts[cell(place, starts.length)];
    while (at < points.length && points[at] < place) {
      at++;
    }
    return at < points.length ? at : 0;
  }

  /**
   * Returns the endpoint for a call.
   *
   * @param key any number that stands for what belongs together; it need not be hashed
   */
  public T pick(long key) {
    long seed = HashKey.mix(key);
    int nearest = owners[0];
    long least = Long.MAX_VALUE;
    for (int i = 1; i <= PROBES; i++) {
      long place = probe(seed, i);
      int at = successor(place);
      long distance = points[at] - place + Long.MIN_VALUE; // compares as if unsigned
      if (distance < least) {
        least = distance;
        nearest = owners[at];
      }
    }
    boolean free = endpoints[nearest].inFlight() < FREE_CALLS;
    return free ? endpoints[nearest] : pickWithRoom(seed, nearest);
  }

  private T pickWithRoom(long seed, int nearest) {
    double bound = bound(seed);
    if (endpoints[nearest].inFlight() < bound * weight(nearest)) {
      return endpoints[nearest];
    }
    int chosen = -1;
    long least = Long.MAX_VALUE;
    int idlest = nearest;
    double lowest = Double.MAX_VALUE;
    for (int i = 1; i <= PROBES; i++) {
      long place = probe(seed, i);
      int at = successor(place);
      int owner = owners[at];
      long distance = points[at] - place + Long.MIN_VALUE;
      int calls = endpoints[owner].inFlight();
      if (distance < least && (calls < FREE_CALLS || calls < bound * weight(owner))) {
        least = distance;
        chosen = owner;
      }
      if (calls / weight(owner) < lowest) {
        lowest = calls / weight(owner);
        idlest = owner;
      }
    }
    return endpoints[chosen < 0 ? idlest : chosen];
  }

  /** Returns what an endpoint of weight 1 may have, the call to be placed included. */
  private double bound(long seed) {
    boolean few = endpoints.length <= FEW;
    int count = few ? endpoints.length : PROBES;
    long calls = 1;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      int counted = few ? i : owners[successor(probe(seed, i + 1))];
      calls += endpoints[counted].inFlight();
      sum += weight(counted);
    }
    return CAPACITY * calls / sum;
  }
}
