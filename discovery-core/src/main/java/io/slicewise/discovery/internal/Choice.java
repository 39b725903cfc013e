package io.slicewise.discovery.internal;

import io.slicewise.discovery.balance.HashKey;
import io.slicewise.discovery.balance.HashRing;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.model.Endpoint;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Endpoints of one zone that calls may go to, and the structures to choose by. Immutable. */
final class Choice {

  private final Endpoint[] endpoints;
  private final double @Nullable [] weights; // null: all weigh 1
  private final double @Nullable [] grownWeights; // null: all weigh 1
  private final double weight;
  private final PickStrategy strategy;
  private final RandomSource random;
  private final Picker<Endpoint> picker;
  private volatile @Nullable HashRing<Endpoint> ring; // made for the first call with a key

  /**
   * Creates a choice.
   *
   * @param endpoints not copied: nobody may write the array any more
   * @param weights the weight of each, above 0, or null if all weigh 1; not copied either
   * @param grownWeights the same as it will be when none is new any more: a key must not move
   *     because an endpoint starts
   */
  Choice(
      Endpoint[] endpoints,
      double @Nullable [] weights,
      double @Nullable [] grownWeights,
      PickStrategy strategy,
      RandomSource random) {
    this.endpoints = endpoints;
    this.weights = weights;
    this.grownWeights = grownWeights;
    this.weight = weights == null ? endpoints.length : Arrays.stream(weights).sum();
    this.strategy = strategy;
    this.random = random;
    this.picker =
        endpoints.length == 0 ? Choice::nobody : strategy.picker(endpoints, weights, random);
  }

  private static Endpoint nobody() {
    throw new IllegalStateException("a zone without endpoints is not picked from");
  }

  /** How many endpoints there are to choose from. */
  int size() {
    return endpoints.length;
  }

  /** The sum of the weights by which endpoints are drawn. */
  double weight() {
    return weight;
  }

  /** Chooses among the endpoints, of which there must be one. */
  Picker<Endpoint> picker() {
    return picker;
  }

  /** Chooses among the endpoints, of which there must be one, by a key. */
  HashRing<Endpoint> ring() {
    HashRing<Endpoint> made = ring;
    if (made == null) {
      made = HashRing.of(endpoints, grownWeights, Choice::placeOf); // two threads make equal ones
      ring = made;
    }
    return made;
  }

  /** A number that every process has for the same address and port. */
  private static long placeOf(Endpoint endpoint) {
    return HashKey.of(endpoint.authority());
  }

  /** Returns all endpoints. */
  Set<Endpoint> members() {
    return Set.of(endpoints);
  }

  /**
   * Returns some of these endpoints: those with the highest random weights, which are the same ones
   * each time for the same seed. Who comes or goes changes at most one of the others' places, and
   * different seeds choose independently.
   *
   * <p>Source: D. Thaler, C. Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998
   * (rendezvous hashing); gRFC A68 subsets by it.
   *
   * @param most how many, at least one
   */
  Choice narrowed(int most, long seed) {
    if (most >= endpoints.length) {
      return this;
    }
    long[] ranks = new long[endpoints.length];
    Arrays.setAll(ranks, i -> HashKey.mix(seed ^ HashKey.mix(endpoints[i].hashCode())));
    long[] sorted = ranks.clone();
    Arrays.sort(sorted);
    long last = sorted[sorted.length - most];
    int[] kept =
        IntStream.range(0, ranks.length).filter(i -> ranks[i] >= last).limit(most).toArray();
    return new Choice(
        Arrays.stream(kept).mapToObj(i -> endpoints[i]).toArray(Endpoint[]::new),
        some(weights, kept),
        some(grownWeights, kept),
        strategy,
        random);
  }

  private static double @Nullable [] some(double @Nullable [] all, int[] kept) {
    return all == null ? null : Arrays.stream(kept).mapToDouble(i -> all[i]).toArray();
  }
}
