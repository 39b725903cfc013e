package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.FlowLimiter;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.balance.ZonePicker;
import io.slicewise.discovery.health.Changes;
import io.slicewise.discovery.health.Ejector;
import io.slicewise.discovery.health.PanicGate;
import io.slicewise.discovery.health.SlowStart;
import io.slicewise.discovery.internal.RoutedSelection.ZoneWeight;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.Candidates;
import io.slicewise.discovery.policy.OwnPlace;
import io.slicewise.discovery.policy.Scope;
import io.slicewise.discovery.policy.Screening;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.TopologyPolicy.Spread;
import io.slicewise.discovery.policy.Verdicts;
import io.slicewise.discovery.policy.ZoneMembers;
import io.slicewise.discovery.policy.Zones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One client's way from a Service's endpoints to a picker: screen, judge, look after health, spread
 * over zones. Keeps what has not changed from one time to the next. Confined to the writer, but for
 * the {@link Ejector}, which hears how calls end.
 */
final class Router {

  /**
   * What came of it.
   *
   * @param selection the verdict on every endpoint
   * @param pickers choose among those that are in, or null if there is none
   * @param routing how calls spread over zones
   */
  record Route(RoutedSelection selection, @Nullable Pickers pickers, Routing routing) {}

  /**
   * Two ways to choose.
   *
   * @param free by load
   * @param keyed by a key
   */
  record Pickers(Picker<Endpoint> free, KeyedPicker keyed) {}

  private final Client client;
  private final RandomSource random;
  private final Ejector ejector;
  private final SlowStart slowStart;
  private final PanicGate panicGate = new PanicGate();
  private final FlowLimiter limiter = new FlowLimiter();
  private final Subsetting subsetting;
  private Screening screening;
  private Verdicts verdicts;
  private SortedMap<String, Zone> zones = new TreeMap<>();
  private boolean begun; // there has been something to look at
  private boolean listed;
  private Panic panic = Panic.NONE;
  private Scope scope = Scope.ALL;
  private final ZoneNames zoneNames;
  private @Nullable OwnPlace notedOwn;
  private @Nullable Callers notedCallers;
  private Set<String> notedZones = Set.of();
  private List<String> notes = List.of();

  /**
   * Creates a router.
   *
   * @param seed chooses the endpoints that a client keeps to which wants few
   */
  Router(String target, Client client, RandomSource random, Ejector ejector, long seed) {
    this.subsetting = new Subsetting(client.subset(), seed);
    this.zoneNames = new ZoneNames(target);
    this.client = client;
    this.random = random;
    this.ejector = ejector;
    this.slowStart = new SlowStart(client.health().slowStart());
    this.screening = Screening.none(client.eligibility(), client.policy());
    this.verdicts = Verdicts.none(client.weight());
  }

  /**
   * Returns how to pick from now on.
   *
   * @param complete whether there has been a complete list
   */
  Route route(Candidates candidates, boolean complete, OwnPlace own, Callers callers, long now) {
    if (!begun && !complete && candidates.parts().isEmpty()) {
      return nobody(own, callers, Set.of()); // as every watch begins
    }
    begun = true;
    screening = screening.next(candidates, own);
    Changes changes = Changes.of(screening);
    slowStart.update(changes, !listed, now);
    ejector.update(changes);
    listed |= complete;
    verdicts = verdicts.next(screening, client.policy());
    SortedMap<String, ZoneMembers> members = verdicts.byZone();
    Set<Endpoint> ejected = eject(members);
    if (panic != Panic.NONE && verdicts.scope() != Scope.ALL && client.policy().yieldsInPanic()) {
      verdicts = verdicts.next(screening, TopologyPolicy.uniform());
      members = verdicts.byZone();
      ejected = eject(members);
    }
    zones = build(members, ejected, now);
    if (zones.isEmpty()) {
      limiter.reset();
      return nobody(own, callers, ejected);
    }
    return spread(own, callers, ejected, now);
  }

  private Route nobody(OwnPlace own, Callers callers, Set<Endpoint> ejected) {
    RoutedSelection nobody = new RoutedSelection(verdicts, ejected, Map.of(), Map.of());
    return new Route(nobody, null, routing(own, callers, "nobody to pick", ejected, Map.of()));
  }

  /** Lets a second pass; what {@link #route} returns after that may differ. */
  void tick(long now) {
    slowStart.tick(now);
    ejector.tick();
  }

  /** Whether something changes by itself as time passes. */
  boolean isBusy() {
    return ejector.isBusy() || slowStart.isActive() || limiter.isMoving();
  }

  private Set<Endpoint> eject(SortedMap<String, ZoneMembers> zones) {
    int all = 0;
    for (ZoneMembers members : zones.values()) {
      all += members.size();
    }
    Set<Endpoint> ejected =
        ejector.eject(
            () -> endpoints(zones).iterator(),
            Verdicts::zoneOf,
            zone -> {
              ZoneMembers members = zones.get(zone);
              return members == null ? 0 : members.size();
            },
            all);
    int ready = screening.ready();
    panic = panicGate.update(ready - ejected.size(), ready + slowStart.missing());
    if (panic == Panic.IGNORE_ZONES && !client.policy().yieldsInPanic()) {
      panic = Panic.NONE; // its choice is not ours to ignore
    }
    return panic == Panic.IGNORE_EJECTIONS ? Set.of() : ejected;
  }

  private static Stream<Endpoint> endpoints(SortedMap<String, ZoneMembers> zones) {
    return zones.values().stream().flatMap(members -> Arrays.stream(members.endpoints()));
  }

  private SortedMap<String, Zone> build(
      SortedMap<String, ZoneMembers> members, Set<Endpoint> ejected, long now) {
    SortedMap<String, Zone> next = new TreeMap<>();
    Map<String, Set<Endpoint>> ejectedBy = new HashMap<>();
    for (Endpoint endpoint : ejected) {
      ejectedBy.computeIfAbsent(Verdicts.zoneOf(endpoint), z -> new HashSet<>()).add(endpoint);
    }
    Set<String> withNew = new HashSet<>();
    slowStart.starting().forEach(endpoint -> withNew.add(Verdicts.zoneOf(endpoint)));
    for (Map.Entry<String, ZoneMembers> each : members.entrySet()) {
      String name = each.getKey();
      Set<Endpoint> out = ejectedBy.getOrDefault(name, Set.of());
      boolean hasNew = withNew.contains(name);
      Zone zone = zones.get(name);
      if (zone == null || !zone.isBuiltFrom(each.getValue(), out, hasNew)) {
        zone = new Zone(each.getValue(), out, hasNew, slowStart, now, client.strategy(), random);
      }
      if (zone.endpoints() > 0) {
        next.put(name, zone);
      }
    }
    return next;
  }

  private Route spread(OwnPlace own, Callers callers, Set<Endpoint> ejected, long now) {
    List<String> names = List.copyOf(zones.keySet());
    double[] capacities = new double[names.size()];
    int next = 0;
    for (Zone zone : zones.values()) {
      capacities[next++] = zone.capacity();
    }
    Zones present = new Zones(names, capacities);
    TopologyPolicy policy = client.policy();
    boolean byZone = policy.usesCallers() && verdicts.scope() == Scope.ALL;
    Spread spread;
    if (policy.yieldsInPanic() && panic != Panic.NONE) {
      spread = Spread.byCapacity(present, "too few endpoints are left: by capacity");
    } else if (verdicts.scope() != Scope.ALL) {
      spread = Spread.byCapacity(present, "those that the policy leaves, by capacity");
    } else {
      spread = policy.spread(present, own, callers);
    }
    boolean jump = !byZone || panic != Panic.NONE || verdicts.scope() != scope;
    scope = verdicts.scope();
    double[] shares = limiter.move(names, spread.shares(), capacities, jump, now);
    Map<String, Choice> choices = subsetting.choices(zones, shares);
    List<Picker<Endpoint>> pickers = new ArrayList<>(names.size());
    Map<String, ZoneWeight> weights = new HashMap<>();
    for (int i = 0; i < shares.length; i++) {
      Choice choice = requireNonNull(choices.get(names.get(i)));
      pickers.add(choice.picker());
      boolean all = choice == requireNonNull(zones.get(names.get(i))).choice();
      Set<Endpoint> kept = all ? null : choice.members();
      weights.put(names.get(i), new ZoneWeight(shares[i], choice.size(), choice.weight(), kept));
    }
    Map<Endpoint, Double> starting = new HashMap<>();
    for (Endpoint endpoint : slowStart.starting()) {
      starting.put(endpoint, slowStart.factor(endpoint, now));
    }
    return new Route(
        new RoutedSelection(verdicts, ejected, weights, starting),
        new Pickers(
            ZonePicker.of(pickers, shares, random), new KeyedPicker(names, choices, shares)),
        routing(own, callers, spread.basis(), ejected, weights));
  }

  private Routing routing(
      OwnPlace own,
      Callers callers,
      String basis,
      Set<Endpoint> ejected,
      Map<String, ZoneWeight> weights) {
    double total = 0;
    int starting = 0;
    for (Zone zone : zones.values()) {
      total += zone.capacity();
      starting += zone.starting();
    }
    TreeSet<String> names = new TreeSet<>(zones.keySet());
    names.addAll(callers.shares().keySet());
    List<ZoneShare> shares = new ArrayList<>(names.size());
    for (String name : names) {
      Zone zone = zones.get(name);
      ZoneWeight weight = weights.get(name);
      double callersShare = callers.isKnown() ? callers.share(name) : Double.NaN;
      shares.add(
          zone == null || weight == null
              ? new ZoneShare(name, 0, 0, callersShare, 0)
              : new ZoneShare(
                  name, weight.endpoints(), zone.capacity() / total, callersShare, weight.share()));
    }
    return new Routing(
        client.policy().label(),
        verdicts.scope().name(),
        own.zone(),
        own.source(),
        callers.source(),
        basis,
        panic,
        ejected.size(),
        starting,
        shares,
        names(own, callers));
  }

  /** Looks for zones that are named and do not exist, whenever there is reason to. */
  private List<String> names(OwnPlace own, Callers callers) {
    if (own != notedOwn || callers != notedCallers || !zones.keySet().equals(notedZones)) {
      notedOwn = own;
      notedCallers = callers;
      notedZones = Set.copyOf(zones.keySet());
      notes =
          client.policy().usesZones()
              ? zoneNames.check(verdicts.endpoints(), own, callers)
              : List.of();
    }
    return notes;
  }
}
