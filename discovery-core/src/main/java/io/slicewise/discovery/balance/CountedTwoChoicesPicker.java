package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.EndpointLoad;

/**
 * Power of two choices, as {@link TwoChoicesPicker}, among things whose calls are counted beside
 * them: a pick asks memory for counter and choice at once, where a chain of references from choice
 * to counter would have it wait for each link.
 */
final class CountedTwoChoicesPicker<T> implements BitsPicker<T> {

  private final T[] choices; // at least two
  private final EndpointLoad[] loads;
  private final RandomSource random;

  CountedTwoChoicesPicker(T[] choices, EndpointLoad[] loads, RandomSource random) {
    this.choices = TwoChoicesPicker.atLeastTwo(choices);
    this.loads = TwoChoicesPicker.atLeastTwo(loads);
    this.random = random;
  }

  @Override
  public T pick() {
    return pick(random.nextLong());
  }

  @Override
  public T pick(long bits) {
    int one = TwoChoicesPicker.first(bits, choices.length);
    int calls = loads[one].inFlight();
    if (calls == 0) {
      return choices[one]; // as most are: nobody has less to do
    }
    int two = TwoChoicesPicker.second(bits, one, choices.length);
    return choices[loads[two].inFlight() < calls ? two : one];
  }
}
