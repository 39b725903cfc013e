package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.Loaded;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How an endpoint is chosen inside a zone. */
public enum PickStrategy {
  /** Of two drawn at random the one with fewer calls in flight; the default. */
  TWO_CHOICES("twoChoices"),
  /** Each in its turn. With unequal weights in a smooth order by weight. */
  ROUND_ROBIN("roundRobin"),
  /** One at random. */
  RANDOM("random");

  private final String label;

  PickStrategy(String label) {
    this.label = label;
  }

  /** The name, as it is configured and shown. */
  public String label() {
    return label;
  }

  /**
   * Returns the strategy of a name; case does not matter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static PickStrategy named(String name) {
    for (PickStrategy strategy : values()) {
      if (strategy.label.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return strategy;
      }
    }
    throw new IllegalArgumentException(
        "strategy: "
            + name
            + " (expected: "
            + Arrays.stream(values()).map(PickStrategy::label).collect(Collectors.joining(", "))
            + ")");
  }

  /**
   * Returns a picker that chooses so.
   *
   * @param <T> what is chosen
   * @param endpoints at least one endpoint; not copied: nobody may write the array any more
   * @param weights the weight of each, above 0, or null if all weigh the same; not copied either
   */
  public <T extends Loaded> Picker<T> picker(
      T[] endpoints, double @Nullable [] weights, RandomSource random) {
    if (endpoints.length == 0) {
      throw new IllegalArgumentException("endpoints: [] (expected: at least one)");
    }
    if (weights != null && weights.length != endpoints.length) {
      throw new IllegalArgumentException(
          "weights: " + weights.length + " (expected: " + endpoints.length + ", one an endpoint)");
    }
    return switch (this) {
      case TWO_CHOICES ->
          weights == null
              ? new TwoChoicesPicker<>(endpoints, random)
              : new WeightedTwoChoicesPicker<>(endpoints, weights, random);
      case ROUND_ROBIN -> new RoundRobinPicker<>(endpoints, weights, random);
      case RANDOM -> new RandomPicker<>(endpoints, weights, random);
    };
  }
}
