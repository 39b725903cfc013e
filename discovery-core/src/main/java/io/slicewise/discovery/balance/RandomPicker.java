package io.slicewise.discovery.balance;

import org.jspecify.annotations.Nullable;

/** One endpoint at random, in proportion to the weights if they differ. */
final class RandomPicker<T> implements BitsPicker<T> {

  private final T[] endpoints;
  private final @Nullable AliasTable table;
  private final RandomSource random;

  RandomPicker(T[] endpoints, double @Nullable [] weights, RandomSource random) {
    this.endpoints = endpoints;
    this.table = weights == null ? null : new AliasTable(weights);
    this.random = random;
  }

  @Override
  public T pick() {
    return pick(random.nextLong());
  }

  @Override
  public T pick(long bits) {
    return endpoints[
        table == null ? (int) ((bits >>> 32) * endpoints.length >>> 32) : table.draw(bits)];
  }
}
