package io.slicewise.discovery.balance;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps calls from moving between zones faster than connections and caches warm up: ten points a
 * second. Confined to one thread; times are nanoseconds of a clock that only goes forward.
 *
 * <p>What lost capacity forces is not held back: a zone that lost some, and is to get fewer calls,
 * gets as few at once, or, while a move is under way, no more for each endpoint than it had. They
 * go to where the target wants more.
 */
public final class FlowLimiter {

  private static final double PER_SECOND = 0.1;
  private static final double NEAR_ENOUGH = 1e-9;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Map<String, Double> shares = new HashMap<>();
  private final Map<String, Double> capacities = new HashMap<>();
  private long movedAt;
  private double budget = PER_SECOND; // what may move now; a second's worth at most
  private boolean moving;

  /** Creates a limiter that knows of no calls yet: the first move is a jump. */
  public FlowLimiter() {}

  /**
   * Returns what the shares may be now on their way to a target.
   *
   * @param zones the zones, one for each place of the arrays
   * @param target the shares that are wanted
   * @param present the capacities now
   * @param jump whether the way is not to be limited this time
   */
  public double[] move(
      List<String> zones, double[] target, double[] present, boolean jump, long now) {
    double[] from =
        zones.isEmpty() || jump || shares.isEmpty() ? target : forced(zones, target, present);
    double farthest = 0;
    for (int i = 0; i < target.length; i++) {
      farthest = Math.max(farthest, Math.abs(target[i] - from[i]));
    }
    long elapsed = Math.max(0, Math.min(SECOND, now - movedAt)); // the clock may begin below 0
    double most = Math.min(PER_SECOND, budget + PER_SECOND * elapsed / SECOND);
    moving = farthest > most + NEAR_ENOUGH;
    double[] next = new double[target.length];
    for (int i = 0; i < target.length; i++) {
      next[i] = moving ? from[i] + (target[i] - from[i]) * most / farthest : target[i];
    }
    movedAt = now;
    budget = most - Math.min(most, farthest);
    shares.clear();
    capacities.clear();
    for (int i = 0; i < next.length; i++) {
      shares.put(zones.get(i), next[i]);
      capacities.put(zones.get(i), present[i]);
    }
    return next;
  }

  /** Returns the last shares after what lost capacity forces to move has moved. */
  private double[] forced(List<String> zones, double[] target, double[] present) {
    double[] from = new double[target.length];
    double wanted = 0;
    double left = 0;
    for (int i = 0; i < target.length; i++) {
      double last = shares.getOrDefault(zones.get(i), 0.0);
      double before = capacities.getOrDefault(zones.get(i), 0.0);
      boolean lost = present[i] < before - NEAR_ENOUGH;
      from[i] = last;
      if (lost && target[i] < last) {
        // On the way already: then the target is no measure of what was lost.
        double bearable = moving ? last * present[i] / before : 0;
        from[i] = Math.max(target[i], bearable);
      }
      left += from[i];
      wanted += Math.max(0, target[i] - from[i]);
    }
    double free = 1 - left; // also that of zones that are gone
    if (free > NEAR_ENOUGH && wanted > 0) {
      double part = Math.min(1, free / wanted);
      for (int i = 0; i < target.length; i++) {
        from[i] += part * Math.max(0, target[i] - from[i]);
      }
    }
    return from;
  }

  /** Forgets where the calls went: the next move is a jump. */
  public void reset() {
    shares.clear();
    capacities.clear();
    moving = false;
  }

  /** Whether there is some way left to go. */
  public boolean isMoving() {
    return moving;
  }
}
