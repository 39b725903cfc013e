package io.slicewise.discovery.health;

import io.slicewise.discovery.model.Endpoint;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Gives new endpoints less than their share at first: a JVM that has just started is slow, and
 * would be buried by the calls of everybody who sees that it is idle. Confined to one thread; times
 * are nanoseconds of a clock that only goes forward.
 *
 * <p>A pod is new if it was not there before, or was unready for more than half of the window;
 * nobody is new in the first complete list. The weight grows from a tenth in proportion to age,
 * which is Envoy's slow start with aggression 1.
 */
public final class SlowStart {

  private static final double LEAST = 0.1;

  private final long window;
  private final Map<Endpoint, Long> started = new HashMap<>();
  private final Map<Endpoint, Long> unreadySince = new HashMap<>();

  /** Creates a slow start; a window of zero makes everybody's share full at once. */
  public SlowStart(Duration window) {
    this.window = window.toNanos();
  }

  /**
   * Takes note of an update.
   *
   * @param first whether this is the first complete list
   */
  public void update(Changes changes, boolean first, long now) {
    for (Endpoint endpoint : changes.left()) {
      started.remove(endpoint);
      unreadySince.remove(endpoint);
    }
    for (Endpoint endpoint : changes.entered()) {
      Long unready = unreadySince.remove(endpoint);
      boolean isNew = unready == null || 2 * (now - unready) > window;
      if (!first && isNew && window > 0) {
        started.put(endpoint, now);
      }
    }
    for (Endpoint endpoint : changes.paused()) {
      started.remove(endpoint);
      unreadySince.put(endpoint, now);
    }
    if (first) {
      // Later ones that were never ready are missing nowhere: they are an addition under way.
      changes.waiting().forEach(endpoint -> unreadySince.put(endpoint, now));
    }
  }

  /** Forgets those that have their full share by now. */
  public void tick(long now) {
    started.values().removeIf(since -> now - since >= window);
  }

  /** Returns the part of its weight that an endpoint has now, above 0, at most 1. */
  public double factor(Endpoint endpoint, long now) {
    Long since = started.isEmpty() ? null : started.get(endpoint);
    if (since == null) {
      return 1;
    }
    return Math.min(1, Math.max(LEAST, (double) (now - since) / window));
  }

  /** Returns the endpoints that have not their full share yet. */
  public Set<Endpoint> starting() {
    return Collections.unmodifiableSet(started.keySet());
  }

  /** Whether somebody has not its full share yet. */
  public boolean isActive() {
    return !started.isEmpty();
  }

  /** The number of endpoints that have been ready, or were there first, and are unready now. */
  public int missing() {
    return unreadySince.size();
  }
}
