package io.slicewise.discovery.balance;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps calls from moving between zones faster than connections and caches warm up: ten points a
 * second. Confined to one thread; times are nanoseconds of a clock that only goes forward.
 *
 * <p>What lost capacity forces is not held back: endpoints that are gone cannot wait, and those
 * that are left in their zone must not be buried meanwhile.
 */
public final class FlowLimiter {

  private static final double PER_SECOND = 0.1;
  private static final double NEAR_ENOUGH = 1e-9;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Map<String, Double> shares = new HashMap<>();
  private final Map<String, Double> capacities = new HashMap<>();
  private long movedAt;
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
    double[] next = target;
    double farthest = 0;
    boolean forced = jump || shares.isEmpty();
    for (int i = 0; i < target.length; i++) {
      double last = shares.getOrDefault(zones.get(i), 0.0);
      farthest = Math.max(farthest, Math.abs(target[i] - last));
      boolean lost = present[i] < capacities.getOrDefault(zones.get(i), 0.0) - NEAR_ENOUGH;
      forced |= lost && target[i] < last;
    }
    for (Map.Entry<String, Double> each : shares.entrySet()) {
      forced |= each.getValue() > 0 && !zones.contains(each.getKey());
    }
    long elapsed = Math.min(SECOND, moving ? now - movedAt : SECOND);
    double most = PER_SECOND * elapsed / SECOND;
    moving = !forced && farthest > most + NEAR_ENOUGH;
    if (moving) {
      next = new double[target.length];
      for (int i = 0; i < target.length; i++) {
        double last = shares.getOrDefault(zones.get(i), 0.0);
        next[i] = last + (target[i] - last) * most / farthest;
      }
    }
    movedAt = now;
    shares.clear();
    capacities.clear();
    for (int i = 0; i < next.length; i++) {
      shares.put(zones.get(i), next[i]);
      capacities.put(zones.get(i), present[i]);
    }
    return moving ? next : Arrays.copyOf(next, next.length);
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
