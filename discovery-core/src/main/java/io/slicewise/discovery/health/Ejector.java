package io.slicewise.discovery.health;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.CallListener;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoints that fail one client's calls, and says which of them are to be left out. It
 * belongs to a client and not to the process: with a bad certificate of its own a client fails
 * everywhere, and nobody else should hear of it.
 *
 * <p>Every endpoint that has failed has a circuit breaker for as long as it keeps failing: of the
 * last 20 calls, 5 at least, half have to fail. Then it is ejected for 10 s, twice as long each
 * time it turns out to be still sick, 300 s at most, and is tried by three calls before it is taken
 * back. Never is more than half of a zone ejected (though one endpoint of a zone always may be, as
 * in Envoy), nor more than half of all.
 *
 * <p>A failure also adds a call that is not there to the endpoint's load for a second or two, so
 * that one that fails fast does not attract calls by being idle.
 *
 * <p>Calls end on any thread; the rest is confined to one, the writer.
 */
public final class Ejector implements CallListener {

  private final boolean enabled;
  private final LongSupplier nanoTime;
  private final Runnable onNews;
  private final Suspects suspects;
  private final AtomicBoolean awake = new AtomicBoolean();
  private final Map<Endpoint, Suspect> out = new LinkedHashMap<>(); // the longest out first
  private final Set<Endpoint> unready = new HashSet<>(); // listed, and not to be tried
  private volatile Suspect[] halfOpen = {};

  /**
   * Creates an ejector that suspects nobody.
   *
   * @param enabled whether anybody is ever ejected
   * @param nanoTime a clock that only goes forward
   * @param onNews called on any thread when {@link #eject} may give another answer, or {@link
   *     #tick} has something to do
   */
  public Ejector(boolean enabled, LongSupplier nanoTime, Runnable onNews) {
    this.enabled = enabled;
    this.nanoTime = requireNonNull(nanoTime, "nanoTime");
    this.onNews = requireNonNull(onNews, "onNews");
    this.suspects = new Suspects(nanoTime);
  }

  @Override
  public void onEnd(Endpoint endpoint, Outcome outcome) {
    if (!enabled || outcome == Outcome.UNKNOWN) {
      return;
    }
    if (outcome == Outcome.SUCCESS) {
      Suspect suspect = suspects.find(endpoint);
      if (suspect != null) {
        suspect.succeeded();
      }
      return;
    }
    suspects.keep(endpoint, fresh -> new Suspect(fresh, nanoTime, onNews)).failed();
    if (awake.compareAndSet(false, true)) {
      onNews.run();
    }
  }

  /**
   * A call that may be made to an endpoint that was ejected.
   *
   * @param endpoint where it goes
   * @param listener must hear how it ends
   */
  public record Probe(Endpoint endpoint, CallListener listener) {}

  /**
   * Returns a call to be made to an endpoint that is being tried, or null if there is none.
   *
   * @param reachable which endpoints can be called just now
   */
  public @Nullable Probe probe(Predicate<Endpoint> reachable) {
    for (Suspect suspect : halfOpen) {
      if (reachable.test(suspect.endpoint()) && suspect.tryProbe()) {
        return new Probe(
            suspect.endpoint(),
            (endpoint, outcome) -> {
              onEnd(endpoint, outcome);
              suspect.probed(outcome);
            });
      }
    }
    return null;
  }

  /** Takes note of an update: who left is forgotten. */
  public void update(Changes changes) {
    for (Endpoint endpoint : changes.left()) {
      suspects.forget(endpoint);
      out.remove(endpoint);
      unready.remove(endpoint);
    }
    unready.removeAll(changes.entered());
    unready.addAll(changes.paused());
  }

  /**
   * Returns the endpoints to leave out.
   *
   * @param present those that may be picked, with those that are out; seldom looked at
   * @param zone tells an endpoint's zone
   * @param sizes how many endpoints each zone has, with those that are out
   */
  public Set<Endpoint> eject(
      Iterable<Endpoint> present,
      Function<Endpoint, String> zone,
      ToIntFunction<String> sizes,
      int all) {
    forgetStrangers(present);
    notice();
    if (out.isEmpty()) {
      return Set.of();
    }
    Set<Endpoint> ejected = new HashSet<>();
    Map<String, Integer> counts = new HashMap<>();
    for (Endpoint endpoint : out.keySet()) {
      String where = zone.apply(endpoint);
      int size = sizes.applyAsInt(where);
      int already = counts.getOrDefault(where, 0);
      boolean room = already < Math.max(1, size / 2) && ejected.size() < all / 2;
      if (size > 0 && room && !unready.contains(endpoint)) {
        ejected.add(endpoint);
        counts.put(where, already + 1);
      }
    }
    return Set.copyOf(ejected);
  }

  /**
   * Forgets who is not there: calls fail also after their endpoint has left. Such a one would be
   * out for good in the place of one that is there, or be tried although there is nobody.
   */
  private void forgetStrangers(Iterable<Endpoint> present) {
    if (suspects.all().isEmpty()) {
      return; // as it nearly always is
    }
    Set<Endpoint> strangers = new HashSet<>();
    suspects.all().forEach(suspect -> strangers.add(suspect.endpoint()));
    strangers.removeAll(unready);
    present.forEach(strangers::remove);
    for (Endpoint endpoint : strangers) {
      suspects.forget(endpoint);
      out.remove(endpoint);
    }
  }

  /** Looks whose breaker has opened or closed. */
  private void notice() {
    if (out.isEmpty() && halfOpen.length == 0 && suspects.all().isEmpty()) {
      return; // as it nearly always is
    }
    out.values().removeIf(suspect -> !suspect.isOut());
    List<Suspect> toTry = new ArrayList<>();
    for (Suspect suspect : suspects.all()) {
      if (suspect.isOut()) {
        out.putIfAbsent(suspect.endpoint(), suspect);
      }
    }
    for (Suspect suspect : out.values()) {
      if (suspect.isHalfOpen() && !unready.contains(suspect.endpoint())) {
        toTry.add(suspect);
      }
    }
    halfOpen = toTry.toArray(Suspect[]::new);
  }

  /** Lets time pass; to be called about once a second while {@link #isBusy}. */
  public void tick() {
    long now = nanoTime.getAsLong();
    for (Suspect suspect : suspects.all()) {
      suspect.tick(now);
    }
    // While it is out it is no quiet one, however long nobody calls it.
    out.forEach((endpoint, suspect) -> suspects.keep(endpoint, nobody -> suspect));
  }

  /** Whether there is something to do for {@link #tick}. */
  public boolean isBusy() {
    awake.set(false);
    for (Suspect suspect : suspects.all()) {
      if (suspect.isBusy()) {
        awake.set(true);
        return true;
      }
    }
    return false;
  }

  /** Returns for how long an endpoint that is out stays so, zero once it may be tried. */
  public @Nullable Duration remaining(Endpoint endpoint) {
    Suspect suspect = suspects.find(endpoint);
    if (suspect == null || !suspect.isOut()) {
      return null;
    }
    long nanos = suspect.isHalfOpen() ? 0 : suspect.openUntil() - nanoTime.getAsLong();
    return Duration.ofNanos(Math.max(0, nanos));
  }

  /** Returns how many times in a row an endpoint was ejected. */
  public int ejections(Endpoint endpoint) {
    Suspect suspect = suspects.find(endpoint);
    return suspect == null ? 0 : suspect.ejections();
  }

  /** Forgets everybody. */
  public void clear() {
    suspects.forgetAll();
    out.clear();
    unready.clear();
    halfOpen = new Suspect[0];
  }
}
