package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.Loaded;
import java.util.Arrays;

/**
 * Power of two choices: of two distinct endpoints drawn at random the one with fewer calls in
 * flight, the first of them on a tie.
 *
 * <p>Source: M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001. The
 * longest queue grows with the double logarithm of the number of endpoints, and two callers that
 * see the same loads still choose differently.
 */
final class TwoChoicesPicker<T extends Loaded> implements BitsPicker<T> {

  private final T[] endpoints; // at least two
  private final RandomSource random;

  TwoChoicesPicker(T[] endpoints, RandomSource random) {
    this.endpoints = atLeastTwo(endpoints);
    this.random = random;
  }

  /** One endpoint is a choice between two of the same: a pick foresees no other kind of zone. */
  static <T> T[] atLeastTwo(T[] some) {
    if (some.length > 1) {
      return some;
    }
    T[] both = Arrays.copyOf(some, 2);
    both[1] = some[0];
    return both;
  }

  @Override
  public T pick() {
    return pick(random.nextLong());
  }

  @Override
  public T pick(long bits) {
    int one = first(bits, endpoints.length);
    T first = endpoints[one];
    int calls = first.inFlight();
    if (calls == 0) {
      return first; // as most are: nobody has less to do
    }
    T second = endpoints[second(bits, one, endpoints.length)];
    return second.inFlight() < calls ? second : first;
  }

  /** Returns the place that is drawn first. */
  static int first(long bits, int count) {
    return scale(bits >>> 32, count);
  }

  /** Returns the place that is drawn second: one of the others. */
  static int second(long bits, int one, int count) {
    int two = scale(bits & 0xffff_ffffL, count - 1);
    // The others, without the first. No branch, because none could be foreseen: -1 for two < one.
    return two + 1 + ((two - one) >> 31);
  }

  /** Maps 32 random bits to 0…bound-1 without a division; the bias is below bound / 2^25. */
  private static int scale(long bits, int bound) {
    return (int) (bits * bound >>> 32);
  }
}
