package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.Loaded;

/**
 * Power of two choices among endpoints of unequal weight: each is drawn in proportion to its
 * weight, and the one with fewer calls in flight for its weight is taken. While nobody is busy the
 * shares are exactly the weights'.
 */
final class WeightedTwoChoicesPicker<T> implements Picker<T> {

  private final T[] endpoints;
  private final Loaded[] loads; // of each endpoint, or the endpoints themselves
  private final double[] weights;
  private final AliasTable table;
  private final RandomSource random;

  WeightedTwoChoicesPicker(T[] endpoints, Loaded[] loads, double[] weights, RandomSource random) {
    this.endpoints = endpoints;
    this.loads = loads;
    this.weights = weights;
    this.table = new AliasTable(weights);
    this.random = random;
  }

  @Override
  public T pick() {
    int one = table.draw(random.nextLong());
    int two = table.draw(random.nextLong());
    double first = loads[one].inFlight() * weights[two];
    double second = loads[two].inFlight() * weights[one];
    return endpoints[second < first ? two : one];
  }
}
