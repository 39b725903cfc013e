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
    this.endpoints = endpoints.length > 1 ? endpoints : twice(endpoints);
    this.random = random;
  }

  /** One endpoint is a choice between two of the same: a pick foresees no other kind of zone. */
  private static <T> T[] twice(T[] one) {
    T[] both = Arrays.copyOf(one, 2);
    both[1] = one[0];
    return both;
  }

  @Override
  public T pick() {
    return pick(random.nextLong());
  }

  @Override
  public T pick(long bits) {
    int count = endpoints.length;
    int one = scale(bits >>> 32, count);
    T first = endpoints[one];
    int calls = first.inFlight();
    if (calls == 0) {
      return first; // as most are: nobody has less to do
    }
    int two = scale(bits & 0xffff_ffffL, count - 1);
    // The others, without the first. No branch, because none could be foreseen: -1 for two < one.
    two += 1 + ((two - one) >> 31);
    T second = endpoints[two];
    return second.inFlight() < calls ? second : first;
  }

  /** Maps 32 random bits to 0…bound-1 without a division; the bias is below bound / 2^25. */
  private static int scale(long bits, int bound) {
    return (int) (bits * bound >>> 32);
  }
}
