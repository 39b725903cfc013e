package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.Loaded;

/**
 * Power of two choices among endpoints of unequal weight: each is drawn in proportion to its
 * weight, and the one with fewer calls in flight for its weight is taken. While nobody is busy the
 * shares are exactly the weights'.
 */
final class WeightedTwoChoicesPicker<T extends Loaded> implements Picker<T> {

  private final T[] endpoints;
  private final double[] weights;
  private final AliasTable table;
  private final RandomSource random;

  WeightedTwoChoicesPicker(T[] endpoints, double[] weights, RandomSource random) {
    this.endpoints = endpoints;
    this.weights = weights;
    this.table = new AliasTable(weights);
    this.random = random;
  }

  @Override
  public T pick() {
    int one = table.draw(random.nextLong());
    int two = table.draw(random.nextLong());
    double first = endpoints[one].inFlight() * weights[two];
    double second = endpoints[two].inFlight() * weights[one];
    return endpoints[second < first ? two : one];
  }
}
