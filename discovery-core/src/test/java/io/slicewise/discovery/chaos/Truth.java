package io.slicewise.discovery.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster holds, who serves each target, and since when each other endpoint does not.
 *
 * <p>Thread safe. A write to the server and its entry here are one step under the lock; who finds
 * an endpoint that is not known here looks again with the lock before it says that there is none.
 */
final class Truth {

  private static final long SERVING = Long.MAX_VALUE;

  private final Map<Integer, ModelSlice> slices = new TreeMap<>(); // guarded by this
  private final Map<Target, Standing> standings = new ConcurrentHashMap<>();

  /** What is known of one target. */
  private static final class Standing {
    private final Map<Identity, Long> until = new ConcurrentHashMap<>();
    private volatile Set<Identity> eligible = Set.of();
    private Set<Identity> usable = Set.of();
    private volatile long lastEmptyAt;
  }

  Truth() {
    for (Target target : Target.ALL) {
      Standing standing = new Standing();
      standing.lastEmptyAt = System.nanoTime();
      standings.put(target, standing);
    }
  }

  synchronized List<ModelSlice> slices() {
    return new ArrayList<>(slices.values());
  }

  synchronized @Nullable ModelSlice slice(int index) {
    return slices.get(index);
  }

  /** Writes a slice to the server, which tells its version, and notes that. */
  synchronized void write(ModelSlice slice, ToLongFunction<ModelSlice> server) {
    slices.put(slice.index(), slice.at(server.applyAsLong(slice)));
    judge();
  }

  /** Deletes a slice from the server and here. */
  synchronized void delete(int index, Runnable server) {
    server.run();
    slices.remove(index);
    judge();
  }

  private void judge() {
    Collection<ModelSlice> all = slices.values();
    for (Target target : Target.ALL) {
      Standing standing = standing(target);
      Set<Identity> now = target.eligible(all);
      long time = System.nanoTime();
      Set<Identity> usable = target.usable(all);
      if (now.equals(standing.eligible) && usable.equals(standing.usable)) {
        continue;
      }
      // Those that left, and those that could step in for a moment while the change arrives.
      standing.eligible.forEach(identity -> standing.until.put(identity, time));
      usable.forEach(identity -> standing.until.put(identity, time));
      now.forEach(identity -> standing.until.put(identity, SERVING));
      if (standing.eligible.isEmpty() || now.isEmpty()) {
        standing.lastEmptyAt = time;
      }
      standing.eligible = now;
      standing.usable = usable;
    }
  }

  private Standing standing(Target target) {
    Standing standing = standings.get(target);
    if (standing == null) {
      throw new IllegalArgumentException("target: " + target + " (expected: one of Target.ALL)");
    }
    return standing;
  }

  /** Who serves a target now. */
  Set<Identity> eligible(Target target) {
    return standing(target).eligible;
  }

  /** When nobody served a target last; what followed had somebody all the time. */
  synchronized long lastEmptyAt(Target target) {
    Standing standing = standing(target);
    return standing.eligible.isEmpty() ? System.nanoTime() : standing.lastEmptyAt;
  }

  /**
   * Returns when an endpoint served a target last, {@link Long#MAX_VALUE} if it does now, or null
   * if it was never fit to. One that is fit but second choice counts as serving at every change.
   */
  @Nullable Long servedUntil(Target target, Identity identity) {
    Long until = standing(target).until.get(identity);
    if (until != null) {
      return until;
    }
    synchronized (this) {
      return standing(target).until.get(identity);
    }
  }
}
