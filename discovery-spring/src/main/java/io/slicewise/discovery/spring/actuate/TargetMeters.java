package io.slicewise.discovery.spring.actuate;

import io.micrometer.core.instrument.Tags;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.spring.actuate.CallCounts.Locality;
import io.slicewise.discovery.spring.actuate.CallCounts.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one target. What is published is told by any thread; a scan, and all that is not
 * said to be of any thread, is confined to the owner's lock.
 */
final class TargetMeters {

  /** For how long an endpoint that has gone may get its very first call; see gRPC's old groups. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** A view that is older than this waits for somebody who reads the meters in vain. */
  private static final Duration UNREAD = Duration.ofMinutes(1);

  private static final int MOST_REPLACED = 256;

  private static final Map<String, ToIntFunction<EndpointCounts>> CONDITIONS =
      Map.of(
          "ready", EndpointCounts::ready,
          "serving-terminating", EndpointCounts::servingTerminating,
          "not-ready", EndpointCounts::notReady,
          "ejected", EndpointCounts::ejected,
          "excluded", EndpointCounts::excluded);

  /** A view that another one has taken the place of. */
  private record Replaced(ServiceView view, long at) {}

  private final Tags tags;
  private final Registrations registrations;
  private final InstantSource clock;
  private final Runnable refresh;

  // any thread
  private final LongAdder published = new LongAdder();
  private final LongAdder ejections = new LongAdder();
  private final AtomicReference<@Nullable ServiceView> latest = new AtomicReference<>();
  private final Queue<Replaced> replaced = new ConcurrentLinkedQueue<>();
  private final AtomicInteger replacedSize = new AtomicInteger();
  private volatile @Nullable Duration propagation;

  // written by a scan, read by any thread
  private volatile List<ServiceView> views = List.of();
  private volatile Map<String, EndpointCounts> zones = Map.of();
  private volatile Map<Place, Long> calls = Map.of();
  private volatile long active;

  private final CallCounts callCounts = new CallCounts();
  private final Set<Place> places = new HashSet<>();
  private long followedAt;

  /**
   * Creates meters that are in no registry yet.
   *
   * @param refresh makes sure that what is read next is not old
   */
  TargetMeters(
      String target, Registrations registrations, InstantSource clock, Runnable refresh, long now) {
    this.tags = Tags.of("target", target);
    this.registrations = registrations;
    this.clock = clock;
    this.refresh = refresh;
    this.followedAt = now;
  }

  /** Takes note of a view; from any thread, and quick. */
  void onPublished(ServiceView view, long now) {
    published.increment();
    replace(view, now);
    Duration took = view.propagation();
    if (took != null && !took.equals(propagation)) { // told once, whatever the number of watches
      propagation = took;
      registrations.record(DiscoveryMeter.PROPAGATION, tags, took);
    }
  }

  private void replace(@Nullable ServiceView next, long now) {
    ServiceView before = latest.getAndSet(next);
    if (before != null) {
      replaced.add(new Replaced(before, now));
      replacedSize.incrementAndGet();
    }
  }

  /** Takes note of an ejection; from any thread. */
  void onEjected() {
    ejections.increment();
  }

  /** Whether there is something to do that should not wait for a reader; from any thread. */
  boolean isUrgent(long now) {
    return views.isEmpty() || isFull(now);
  }

  private boolean isFull(long now) {
    Replaced oldest = replaced.peek();
    return oldest != null
        && (replacedSize.get() > MOST_REPLACED || now - oldest.at() > UNREAD.toNanos());
  }

  /** Shows a target with its first view, and keeps few of the older ones. */
  void scanSoon(ServiceView view, long now) {
    if (views.isEmpty()) {
      scan(List.of(view), now);
    }
    for (int i = 0; i < 2 && isFull(now); i++) { // more than come, so that they become fewer
      letGo(now);
    }
  }

  private void letGo(long now) {
    Replaced oldest = replaced.poll();
    if (oldest != null) {
      replacedSize.decrementAndGet();
      oldest.view().endpoints().forEach(endpoint -> callCounts.see(endpoint, now));
    }
  }

  /** Looks at everything. The work is in proportion to the endpoints. */
  void scan(List<ServiceView> current, long now) {
    for (Replaced old = replaced.peek();
        old != null && now - old.at() > GRACE.toNanos();
        old = replaced.peek()) {
      letGo(now);
    }
    for (Replaced old : replaced) {
      see(old.view(), now);
    }
    String ownZone = null;
    for (ServiceView view : current) {
      see(view, now);
      ownZone = ownZone == null ? view.routing().zone() : ownZone;
    }
    callCounts.count(ownZone, now);
    calls = Map.copyOf(callCounts.totals());
    active = callCounts.active();
    if (current.isEmpty()) {
      replace(null, now);
    } else {
      followedAt = now;
      latest.compareAndSet(null, current.get(0)); // nothing was published: it was known before
    }
    boolean changed = !sameInstances(current, views);
    views = List.copyOf(current);
    if (changed) {
      showZones(current);
    }
    showCalls(ownZone);
    showTarget(!current.isEmpty());
  }

  private void see(ServiceView view, long now) {
    List<Endpoint> endpoints = view.endpoints();
    for (int i = 0; i < endpoints.size(); i++) {
      callCounts.see(endpoints.get(i), now);
    }
  }

  private static boolean sameInstances(List<ServiceView> some, List<ServiceView> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (some.get(i) != others.get(i)) {
        return false;
      }
    }
    return true;
  }

  private void showZones(List<ServiceView> current) {
    Map<String, EndpointCounts> next = new HashMap<>();
    for (ServiceView view : current) {
      EndpointCounts.byZone(view)
          .forEach((zone, counts) -> next.merge(zone, counts, EndpointCounts::max));
    }
    Set<String> before = new TreeSet<>(zones.keySet());
    zones = Map.copyOf(next);
    before.removeAll(next.keySet());
    for (String zone : before) {
      CONDITIONS.keySet().forEach(state -> remove(DiscoveryMeter.ENDPOINTS, zoned(zone, state)));
    }
    for (String zone : next.keySet()) {
      CONDITIONS.forEach(
          (state, count) ->
              registrations.gauge(
                  DiscoveryMeter.ENDPOINTS, zoned(zone, state), () -> endpoints(zone, count)));
    }
  }

  private int endpoints(String zone, ToIntFunction<EndpointCounts> count) {
    refresh.run();
    EndpointCounts counts = zones.get(zone);
    return counts == null ? 0 : count.applyAsInt(counts);
  }

  private void showCalls(@Nullable String ownZone) {
    if (ownZone != null) { // so that the first call is an increase, and not a beginning
      zones.keySet().forEach(zone -> showPlace(new Place(zone, Locality.of(zone, ownZone))));
    }
    calls.keySet().forEach(this::showPlace);
  }

  private void showPlace(Place place) {
    if (places.add(place)) {
      registrations.counter(
          DiscoveryMeter.CALLS,
          placed(place),
          () -> {
            refresh.run();
            return Objects.requireNonNullElse(calls.get(place), 0L);
          });
    }
  }

  private void showTarget(boolean followed) {
    if (followed) {
      registrations.gauge(DiscoveryMeter.STALENESS, tags, this::staleSeconds);
      registrations.gauge(DiscoveryMeter.ELIGIBLE, tags, this::eligible);
    } else {
      remove(DiscoveryMeter.STALENESS, tags);
      remove(DiscoveryMeter.ELIGIBLE, tags);
    }
    registrations.counter(DiscoveryMeter.VIEWS, tags, published::sum);
    registrations.counter(DiscoveryMeter.EJECTIONS, tags, ejections::sum);
    registrations.gauge(
        DiscoveryMeter.ACTIVE,
        tags,
        () -> {
          refresh.run();
          return active;
        });
  }

  private double staleSeconds() {
    refresh.run();
    long oldest = 0;
    for (ServiceView view : views) {
      Instant since = view.staleSince();
      if (since != null) {
        oldest = Math.max(oldest, Duration.between(since, clock.instant()).toMillis());
      }
    }
    return oldest / 1000.0;
  }

  private int eligible() {
    refresh.run();
    int most = 0;
    for (ServiceView view : views) {
      most = Math.max(most, view.routing().zones().stream().mapToInt(ZoneShare::endpoints).sum());
    }
    return most;
  }

  /** When the target was last followed. */
  long followedAt() {
    return followedAt;
  }

  /** Removes all meters; those of zones are gone with the last view. */
  void remove() {
    for (Place place : places) {
      remove(DiscoveryMeter.CALLS, placed(place));
    }
    places.clear();
    for (DiscoveryMeter meter : DiscoveryMeter.values()) {
      remove(meter, tags);
    }
  }

  private void remove(DiscoveryMeter meter, Tags all) {
    registrations.remove(meter, all);
  }

  private Tags zoned(String zone, String state) {
    return tags.and("zone", zoneTag(zone), "state", state);
  }

  private Tags placed(Place place) {
    String locality = place.locality().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return tags.and("zone", zoneTag(place.zone()), "locality", locality);
  }

  private static String zoneTag(String zone) {
    return zone.isEmpty() ? "unknown" : zone; // not every registry takes an empty value
  }
}
