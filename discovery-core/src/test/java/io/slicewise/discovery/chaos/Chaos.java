package io.slicewise.discovery.chaos;

import io.slicewise.discovery.source.SliceSource;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Plays scripts; of one that fails it prints the seed and the shortest history that still does. */
final class Chaos {

  private final PrintStream out;
  private final UnaryOperator<SliceSource> tampering;
  private final Duration shrinking;

  /**
   * Creates one.
   *
   * @param tampering what stands between the API server and one of the discoveries
   * @param shrinking for how long a failure is made shorter
   */
  Chaos(PrintStream out, UnaryOperator<SliceSource> tampering, Duration shrinking) {
    this.out = out;
    this.tampering = tampering;
    this.shrinking = shrinking;
  }

  /**
   * Plays a script.
   *
   * @throws Failure if it diverges
   */
  Report play(Setting setting, Limits limits, Script script)
      throws IOException, InterruptedException {
    try (ChaosRun run = new ChaosRun(setting, limits, tampering)) {
      try {
        return run.play(script);
      } catch (Divergence e) {
        run.close();
        throw shrunk(setting, limits.forReplays(e.kind()), List.copyOf(run.history()), e);
      }
    }
  }

  private Failure shrunk(
      Setting setting, Limits limits, List<Operation> history, Divergence divergence) {
    out.printf(
        "CHAOS seed=%d diverges after %d operations: %s%n%s%n",
        setting.seed(), history.size(), divergence.getMessage(), setting);
    List<Divergence> last = new ArrayList<>(List.of(divergence));
    Shrinker shrinker =
        new Shrinker(
            operations -> {
              Divergence again = replay(setting, limits, operations);
              boolean same = again != null && again.kind() == divergence.kind();
              if (same) {
                last.add(again);
              }
              return same;
            },
            shrinking);
    List<Operation> shortest = shrinker.shrink(history);
    out.printf(
        "The shortest history that failed in %d replays has %d operations: %s%n%s%n",
        shrinker.replays(),
        shortest.size(),
        last.get(last.size() - 1).getMessage(),
        History.write(shortest));
    return new Failure(setting, shortest, divergence);
  }

  private Divergence replay(Setting setting, Limits limits, List<Operation> operations) {
    try (ChaosRun run = new ChaosRun(setting, limits, tampering)) {
      Report unused = run.play(Script.of(operations));
      return null;
    } catch (Divergence e) {
      return e;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A script that diverged, and the shortest that did. */
  static final class Failure extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final transient List<Operation> shortest;

    Failure(Setting setting, List<Operation> shortest, Divergence divergence) {
      super(
          String.format(
              "seed %d diverges: %s%nThe shortest history that does:%n%s",
              setting.seed(), divergence.getMessage(), History.write(shortest)),
          divergence);
      this.shortest = shortest;
    }

    List<Operation> shortest() {
      return shortest;
    }
  }
}
