package io.slicewise.discovery.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a history that fails as short as it can within a time: it leaves parts out, ever smaller
 * ones, and keeps what still fails (Zeller and Hildebrandt, "Simplifying and isolating
 * failure-inducing input", 2002). A failure that depends on timing may need luck. Not thread safe.
 */
final class Shrinker {

  private final Predicate<List<Operation>> fails;
  private final long deadline;
  private int replays;

  /**
   * Creates one.
   *
   * @param fails replays a history and tells whether it fails
   */
  Shrinker(Predicate<List<Operation>> fails, Duration limit) {
    this.fails = fails;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  /** How many histories were replayed. */
  int replays() {
    return replays;
  }

  /** Returns the shortest history found that fails; at worst the given one. */
  List<Operation> shrink(List<Operation> history) {
    List<Operation> shortest = history;
    int parts = 2;
    while (shortest.size() > 1 && !isOver()) {
      List<Operation> shorter = withoutOne(shortest, parts);
      if (shorter != null) {
        shortest = shorter;
        parts = Math.max(2, parts - 1);
      } else if (parts >= shortest.size()) {
        break;
      } else {
        parts = Math.min(shortest.size(), parts * 2);
      }
    }
    return shortest;
  }

  /** Leaves one of so many parts out, the first that is not needed; null if all are. */
  private List<Operation> withoutOne(List<Operation> history, int parts) {
    for (int part = 0; part < parts && !isOver(); part++) {
      int from = (int) ((long) history.size() * part / parts);
      int to = (int) ((long) history.size() * (part + 1) / parts);
      List<Operation> rest = new ArrayList<>(history.subList(0, from));
      rest.addAll(history.subList(to, history.size()));
      replays++;
      if (fails.test(rest)) {
        return rest;
      }
    }
    return null;
  }

  private boolean isOver() {
    return System.nanoTime() - deadline > 0;
  }
}
