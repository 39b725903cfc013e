package io.slicewise.discovery.grpc;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.slicewise.discovery.balance.CallListener;
import io.slicewise.discovery.balance.FlowLimiter;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.balance.ZonePicker;
import io.slicewise.discovery.health.Changes;
import io.slicewise.discovery.health.Ejector;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.health.PanicGate;
import io.slicewise.discovery.health.SlowStart;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointLoad;
import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.policy.TopologyPolicy.Spread;
import io.slicewise.discovery.policy.Zones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a picker of connections: how calls spread over zones, and who is left out. Confined to the
 * channel's sync context, but for {@link #onEnd}.
 *
 * <p>What a zone can take counts its endpoints until they cannot be reached; inside a zone only
 * those that are ready are picked; the calls of a zone where none is ready go to zones that have
 * one.
 */
final class ZoneSpread implements CallListener {

  /** A new endpoint counts no less than this toward its zone. */
  private static final double LEAST_WHILE_STARTING = 0.5;

  /** One zone while a picker is made. */
  private static final class Zone {
    final List<Backend> ready = new ArrayList<>();
    int size;
    double capacity;
  }

  private final LongSupplier nanoTime;
  private final RandomSource random;
  private final Runnable onNews;
  private final PanicGate panicGate = new PanicGate();
  private final FlowLimiter limiter = new FlowLimiter();
  private final Map<Endpoint, Long> away = new HashMap<>(); // who left lately, and when
  private HealthOptions health = HealthOptions.DEFAULTS;
  private SlowStart slowStart;
  private volatile Ejector ejector;
  private volatile boolean wrapped;
  private volatile boolean closed;
  private boolean looked;

  /**
   * Creates a spread.
   *
   * @param onNews called on any thread when another picker should be made
   */
  ZoneSpread(LongSupplier nanoTime, RandomSource random, Runnable onNews) {
    this.nanoTime = nanoTime;
    this.random = random;
    this.onNews = onNews;
    this.slowStart = new SlowStart(health.slowStart());
    this.ejector = new Ejector(health.ejection(), nanoTime, onNews);
  }

  /** Takes other settings; what was learned under those before is forgotten. */
  void configure(HealthOptions other) {
    if (!other.equals(health)) {
      health = other;
      slowStart = new SlowStart(other.slowStart());
      ejector.clear();
      ejector = new Ejector(other.ejection(), nanoTime, onNews);
    }
  }

  /**
   * Looks whether gRPC's own outlier detection is at work: one of the two is enough. Its classes
   * are no API; what they call themselves is all that can be seen.
   *
   * @param subchannel one that was started, for others cannot be described
   */
  void look(Subchannel subchannel) {
    if (!looked) {
      looked = true;
      wrapped = (subchannel.getClass().getName() + subchannel).contains("OutlierDetection");
    }
  }

  /** Whether gRPC's own outlier detection is at work. */
  boolean isWrapped() {
    return wrapped;
  }

  @Override
  public void onEnd(Endpoint endpoint, Outcome outcome) {
    if (!wrapped && !closed) {
      ejector.onEnd(endpoint, outcome);
      if (closed) {
        onNews.run(); // it was closed meanwhile, and has to be once more
      }
    }
  }

  /** Takes note of who has come and gone; who is back soon was unready, and is not new. */
  void update(Set<Endpoint> entered, Set<Endpoint> left, boolean first) {
    left.removeAll(entered);
    long now = nanoTime.getAsLong();
    long soon = health.slowStart().toNanos() / 2;
    away.values().removeIf(since -> now - since > soon);
    Set<Endpoint> fresh = new HashSet<>(entered);
    fresh.removeIf(endpoint -> away.remove(endpoint) != null);
    left.forEach(endpoint -> away.put(endpoint, now));
    slowStart.update(new Changes(fresh, Set.of(), Set.of(), left), first, now);
    ejector.update(new Changes(entered, Set.of(), Set.of(), left));
  }

  /**
   * Returns a picker, or null if no connection is ready.
   *
   * @param present the endpoints that there are
   * @param leaving endpoints that have gone and may be picked a little longer
   */
  @Nullable SubchannelPicker picker(
      Collection<Backend> present,
      Collection<Backend> leaving,
      ZoneAwareConfig config,
      @Nullable Surroundings surroundings) {
    TreeMap<String, Zone> zones = new TreeMap<>();
    int all = 0;
    for (Backend backend : present) {
      Zone zone = zones.computeIfAbsent(backend.zone(), name -> new Zone());
      if (!backend.isFailing()) {
        zone.size++;
        all++;
      }
    }
    Set<Endpoint> ejected = ejected(present, zones, all);
    Panic panic = panicGate.update(all - ejected.size(), present.size());
    if (panic == Panic.IGNORE_EJECTIONS) {
      ejected = Set.of();
    }
    if (!fill(zones, present, leaving, ejected)) {
      ejected = Set.of();
      if (!fill(zones, present, leaving, ejected)) {
        limiter.reset();
        return null;
      }
    }
    double[] shares = shares(zones, config, surroundings, panic);
    List<Picker<PickResult>> pickers = new ArrayList<>(zones.size());
    List<Double> kept = new ArrayList<>(zones.size());
    int at = 0;
    for (Zone zone : zones.values()) {
      double share = shares[at++];
      if (!zone.ready.isEmpty()) {
        pickers.add(picker(zone.ready, config));
        kept.add(share);
      }
    }
    double[] weights = kept.stream().mapToDouble(Double::doubleValue).toArray();
    if (Arrays.stream(weights).sum() <= 0) {
      Arrays.fill(weights, 0);
      int next = 0;
      for (Zone zone : zones.values()) {
        if (!zone.ready.isEmpty()) {
          weights[next++] = zone.ready.size();
        }
      }
    }
    List<EndpointCalls> ready =
        zones.values().stream().flatMap(zone -> zone.ready.stream()).map(Backend::calls).toList();
    return new ReadyPicker(
        ZonePicker.of(pickers, weights, random), ready, random, ejector, onTrial(present, ejected));
  }

  private Set<Endpoint> ejected(Collection<Backend> present, Map<String, Zone> zones, int all) {
    return ejector.eject(
        () -> present.stream().map(Backend::endpoint).iterator(),
        endpoint -> endpoint.zone() == null ? "" : String.valueOf(endpoint.zone()),
        name -> {
          Zone zone = zones.get(name);
          return zone == null ? 0 : zone.size;
        },
        all);
  }

  /** Puts everybody where he belongs; false if nobody can be picked. */
  private boolean fill(
      Map<String, Zone> zones,
      Collection<Backend> present,
      Collection<Backend> leaving,
      Set<Endpoint> ejected) {
    long now = nanoTime.getAsLong();
    boolean somebody = false;
    for (Backend backend : present) {
      if (backend.isFailing() || ejected.contains(backend.endpoint())) {
        continue;
      }
      Zone zone = zones.computeIfAbsent(backend.zone(), name -> new Zone());
      double youth = slowStart.factor(backend.endpoint(), now);
      zone.capacity += backend.weight() * Math.max(LEAST_WHILE_STARTING, youth);
      if (backend.isReady()) {
        backend.draw(backend.weight() * youth);
        zone.ready.add(backend);
        somebody = true;
      }
    }
    for (Backend backend : leaving) {
      Zone zone = zones.computeIfAbsent(backend.zone(), name -> new Zone());
      backend.draw(backend.weight());
      zone.ready.add(backend);
      somebody = true;
    }
    return somebody;
  }

  private double[] shares(
      Map<String, Zone> zones,
      ZoneAwareConfig config,
      @Nullable Surroundings surroundings,
      Panic panic) {
    List<String> names = List.copyOf(zones.keySet());
    double[] capacities = new double[names.size()];
    int at = 0;
    for (Map.Entry<String, Zone> zone : zones.entrySet()) {
      double each = surroundings == null ? 1 : surroundings.standsFor(zone.getKey());
      capacities[at++] = zone.getValue().capacity * each;
    }
    Zones present = new Zones(names, capacities);
    if (present.total() <= 0) {
      limiter.reset();
      return capacities; // those that leave are all that is left
    }
    boolean everywhere = surroundings == null || surroundings.everywhere();
    boolean alike = !everywhere || panic != Panic.NONE;
    Spread spread =
        alike
            ? Spread.byCapacity(present, "by capacity")
            : config
                .zoneAware()
                .spread(present, config.own(surroundings), config.callers(surroundings));
    return limiter.move(names, spread.shares(), capacities, alike, nanoTime.getAsLong());
  }

  private Picker<PickResult> picker(List<Backend> ready, ZoneAwareConfig config) {
    PickResult[] results = new PickResult[ready.size()];
    EndpointLoad[] loads = new EndpointLoad[ready.size()];
    double[] weights = new double[ready.size()];
    boolean even = true;
    for (int i = 0; i < weights.length; i++) {
      EndpointCalls calls = ready.get(i).calls();
      results[i] = calls.result();
      loads[i] = calls.load();
      weights[i] = ready.get(i).drawn();
      even &= weights[i] == 1;
    }
    return config.strategy().picker(results, loads, even ? null : weights, random);
  }

  private static Map<Endpoint, Backend> onTrial(
      Collection<Backend> present, Set<Endpoint> ejected) {
    if (ejected.isEmpty()) {
      return Map.of();
    }
    Map<Endpoint, Backend> onTrial = new HashMap<>();
    for (Backend backend : present) {
      if (backend.isReady() && ejected.contains(backend.endpoint())) {
        onTrial.put(backend.endpoint(), backend);
      }
    }
    return onTrial;
  }

  /** Lets a second pass. */
  void tick() {
    slowStart.tick(nanoTime.getAsLong());
    ejector.tick();
  }

  /** Whether something changes by itself as time passes. */
  boolean isBusy() {
    return ejector.isBusy() || slowStart.isActive() || limiter.isMoving();
  }

  /** Forgets everybody; calls that end later are nobody's failure. */
  void close() {
    closed = true;
    ejector.clear();
  }
}
