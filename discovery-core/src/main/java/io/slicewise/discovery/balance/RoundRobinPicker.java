package io.slicewise.discovery.balance;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Each endpoint in its turn, from a random one on. With unequal weights the turns are spread along
 * the weights' alias table by a low-discrepancy sequence (multiples of the golden ratio), so that
 * each endpoint gets its share over any few rounds and not only on average.
 *
 * <p>All threads share one counter: that is what taking turns means, and why it is not the default.
 */
final class RoundRobinPicker<T> implements Picker<T> {

  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L; // 2^64 / golden ratio

  private final T[] endpoints;
  private final @Nullable AliasTable table;
  private final AtomicInteger turn;

  RoundRobinPicker(T[] endpoints, double @Nullable [] weights, RandomSource random) {
    this.endpoints = endpoints;
    this.table = weights == null ? null : new AliasTable(weights);
    this.turn = new AtomicInteger((int) random.nextLong());
  }

  @Override
  public T pick() {
    int now = turn.getAndIncrement();
    return endpoints[
        table == null
            ? Integer.remainderUnsigned(now, endpoints.length)
            : table.draw(GOLDEN * now)];
  }
}
