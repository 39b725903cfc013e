package io.slicewise.discovery;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Runs Lincheck on a class of operations: it makes scenarios of them, the same in every run, and
 * calls each result wrong that the operations cannot give one after another.
 *
 * <p>{@code -Dlincheck.times=100} tries each scenario so many times as often as a normal build.
 */
public final class Interleavings {

  private static final int TIMES = Integer.getInteger("lincheck.times", 1);

  private Interleavings() {}

  /** Lets one thread run at a time and chooses where they take turns; the same in every run. */
  public static void choose(Class<?> operations, Shape shape, int invocations) {
    check(new ModelCheckingOptions(), operations, shape, invocations);
  }

  /** Lets real threads run. */
  public static void race(Class<?> operations, Shape shape, int invocations) {
    check(new StressOptions(), operations, shape, invocations);
  }

  /**
   * What scenarios look like.
   *
   * @param scenarios how many there are
   * @param threads how many threads each has
   * @param operations how many operations each thread has; one more comes before all, one after
   */
  public record Shape(int scenarios, int threads, int operations) {}

  private static <O extends Options<O, ?>> void check(
      O options, Class<?> operations, Shape shape, int invocations) {
    options
        .iterations(shape.scenarios())
        .threads(shape.threads())
        .actorsPerThread(shape.operations())
        .actorsBefore(1)
        .actorsAfter(1)
        .invocationsPerIteration(invocations * TIMES)
        .check(operations);
  }
}
