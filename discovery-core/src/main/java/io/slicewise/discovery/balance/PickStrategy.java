package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.EndpointLoad;
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
    check(endpoints, weights);
    return switch (this) {
      case TWO_CHOICES ->
          weights == null
              ? new TwoChoicesPicker<>(endpoints, random)
              : new WeightedTwoChoicesPicker<>(endpoints, endpoints, weights, random);
      case ROUND_ROBIN -> new RoundRobinPicker<>(endpoints, weights, random);
      case RANDOM -> new RandomPicker<>(endpoints, weights, random);
    };
  }

  /**
   * Returns a picker that chooses so among what stands for endpoints, such as connections.
   *
   * @param <T> what is chosen
   * @param choices at least one; not copied: nobody may write the array any more
   * @param loads what counts the calls to each; not copied either
   * @param weights the weight of each, above 0, or null if all weigh the same; not copied either
   */
  public <T> Picker<T> picker(
      T[] choices, EndpointLoad[] loads, double @Nullable [] weights, RandomSource random) {
    check(choices, weights);
    if (loads.length != choices.length) {
      throw new IllegalArgumentException(
          "loads: " + loads.length + " (expected: " + choices.length + ", one a choice)");
    }
    return switch (this) {
      case TWO_CHOICES ->
          weights == null
              ? new CountedTwoChoicesPicker<>(choices, loads, random)
              : new WeightedTwoChoicesPicker<>(choices, loads, weights, random);
      case ROUND_ROBIN -> new RoundRobinPicker<>(choices, weights, random);
      case RANDOM -> new RandomPicker<>(choices, weights, random);
    };
  }

  private static void check(Object[] endpoints, double @Nullable [] weights) {
    if (endpoints.length == 0) {
      throw new IllegalArgumentException("endpoints: [] (expected: at least one)");
    }
    if (weights != null && weights.length != endpoints.length) {
      throw new IllegalArgumentException(
          "weights: " + weights.length + " (expected: " + endpoints.length + ", one an endpoint)");
    }
  }
}
