package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.policy.ZoneMembers.Group;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All candidates with the final word on each, and those that may be picked by their zones.
 * Immutable; the next one costs what has changed.
 */
public final class Verdicts {

  /** The zone of the endpoints of which none is known: one of its own, with no callers in it. */
  public static final String NO_ZONE = "";

  /** The word on the endpoints of one slice. */
  private record Part(
      Screening.Part screened, @Nullable OutReason @Nullable [] outs, List<Group> groups) {

    List<Endpoint> endpoints() {
      return screened.candidates().endpoints();
    }

    @Nullable OutReason out(int index) {
      return outs == null ? null : outs[index];
    }

    @Nullable Group groupOf(String zone) {
      for (Group group : groups) {
        if (group.zone().equals(zone)) {
          return group;
        }
      }
      return null;
    }
  }

  private final List<Part> parts;
  private final int size;
  private final Ruling ruling;
  private final Scope scope;
  private final OwnPlace own;
  private final EndpointWeight weight;
  private final SortedMap<String, ZoneMembers> zones;

  private volatile @Nullable Positions positions; // made for the first who asks by index

  private Verdicts(
      List<Part> parts,
      Ruling ruling,
      Scope scope,
      OwnPlace own,
      EndpointWeight weight,
      SortedMap<String, ZoneMembers> zones) {
    this.parts = parts;
    this.zones = zones;
    this.ruling = ruling;
    this.scope = scope;
    this.own = own;
    this.weight = weight;
    int count = 0;
    for (Part part : parts) {
      count += part.endpoints().size();
    }
    this.size = count;
  }

  private Positions positions() {
    Positions known = positions;
    if (known == null) {
      known = new Positions(parts.stream().mapToInt(part -> part.endpoints().size()).toArray());
      positions = known;
    }
    return known;
  }

  /** Returns the verdicts on nobody. */
  public static Verdicts none(EndpointWeight weight) {
    return new Verdicts(
        List.of(),
        new Ruling(null, 0),
        Scope.ALL,
        OwnPlace.UNKNOWN,
        weight,
        Collections.emptySortedMap());
  }

  /** Returns the verdicts on what a screening let pass, of which the policy chooses the scope. */
  public Verdicts next(Screening screening, TopologyPolicy policy) {
    Ruling nextRuling = screening.ruling();
    Scope nextScope = policy.scope(screening.census(nextRuling), screening.own());
    boolean same =
        nextRuling.equals(ruling)
            && nextScope == scope
            && Objects.equals(own.zone(), screening.own().zone())
            && Objects.equals(own.node(), screening.own().node());
    Verdicts rules = new Verdicts(List.of(), nextRuling, nextScope, screening.own(), weight, zones);
    List<Part> next = new ArrayList<>(screening.parts().size());
    Map<String, Swap> touched = new HashMap<>(); // by the zones in which something has changed
    int old = 0;
    for (Screening.Part screened : screening.parts()) {
      if (same && old < parts.size() && parts.get(old).screened == screened) {
        next.add(parts.get(old++)); // as nearly all are
        continue;
      }
      while (old < parts.size() && slice(old).compareTo(screened.slice()) < 0) {
        touch(touched, parts.get(old++), null);
      }
      boolean known = old < parts.size() && slice(old).equals(screened.slice());
      Part before = known ? parts.get(old++) : null;
      Part after = rules.judge(screened, before);
      touch(touched, before, after);
      next.add(after);
    }
    for (Part gone : parts.subList(old, parts.size())) {
      touch(touched, gone, null);
    }
    return new Verdicts(
        next, nextRuling, nextScope, screening.own(), weight, regroup(next, touched));
  }

  /** A group of a zone that another one takes the place of; either may be missing. */
  private record Swap(@Nullable Group before, @Nullable Group after) {}

  /** Adds the zones of the groups that are in one part only. */
  private static void touch(Map<String, Swap> zones, @Nullable Part before, @Nullable Part after) {
    for (Group group : before == null ? List.<Group>of() : before.groups) {
      Group other = after == null ? null : after.groupOf(group.zone());
      if (other != group) {
        zones.merge(group.zone(), new Swap(group, other), (one, two) -> new Swap(null, null));
      }
    }
    for (Group group : after == null ? List.<Group>of() : after.groups) {
      if (before == null || before.groupOf(group.zone()) == null) {
        zones.put(group.zone(), new Swap(null, group));
      }
    }
  }

  /** Returns the zones as they are with other parts; those that were not touched are kept. */
  private SortedMap<String, ZoneMembers> regroup(List<Part> next, Map<String, Swap> touched) {
    if (touched.isEmpty()) {
      return zones;
    }
    Map<String, ZoneMembers> changed = new HashMap<>();
    Map<String, List<Group>> groups = new HashMap<>();
    touched.forEach(
        (zone, swap) -> {
          ZoneMembers members = zones.get(zone);
          if (members != null && swap.before != null && swap.after != null) {
            changed.put(zone, members.replacing(swap.before, swap.after));
          } else {
            groups.put(zone, new ArrayList<>(next.size()));
          }
        });
    if (!groups.isEmpty()) {
      collect(next, groups);
    }
    TreeMap<String, ZoneMembers> regrouped = new TreeMap<>(zones);
    regrouped.putAll(changed);
    groups.forEach(
        (zone, members) -> {
          if (members.isEmpty()) {
            regrouped.remove(zone);
          } else {
            regrouped.put(zone, new ZoneMembers(members));
          }
        });
    return Collections.unmodifiableSortedMap(regrouped);
  }

  /** Adds the groups of some zones to the lists of those. */
  private static void collect(List<Part> parts, Map<String, List<Group>> groups) {
    for (Part part : parts) {
      for (Group group : part.groups) {
        List<Group> members = groups.get(group.zone());
        if (members != null) {
          members.add(group);
        }
      }
    }
  }

  private String slice(int part) {
    return parts.get(part).screened.slice();
  }

  private Part judge(Screening.Part screened, @Nullable Part before) {
    List<Endpoint> endpoints = screened.candidates().endpoints();
    @Nullable OutReason[] outs = null;
    SortedMap<String, List<Endpoint>> byZone = new TreeMap<>();
    int likely = endpoints.size() / (before == null ? 3 : Math.max(1, before.groups.size())) + 2;
    for (int i = 0; i < endpoints.size(); i++) {
      Endpoint endpoint = endpoints.get(i);
      OutReason out = screened.refusal(i);
      out = out == null ? ruling.refusal(endpoint) : out;
      out = out == null ? scope.refusal(endpoint, own) : out;
      if (out == null) {
        byZone.computeIfAbsent(zoneOf(endpoint), zone -> new ArrayList<>(likely)).add(endpoint);
      } else {
        outs = outs == null ? new OutReason[endpoints.size()] : outs;
        outs[i] = out;
      }
    }
    List<Group> groups = new ArrayList<>(byZone.size());
    byZone.forEach(
        (zone, members) -> groups.add(group(zone, members, screened.candidates(), before)));
    return new Part(screened, outs, groups);
  }

  private Group group(
      String zone, List<Endpoint> members, Candidates.Part candidates, @Nullable Part before) {
    double[] weights = null;
    for (int i = 0; i < members.size() && weight != EndpointWeight.EQUAL; i++) {
      double one = weight.of(members.get(i), candidates.slice());
      if (one != 1 && weights == null) {
        weights = new double[members.size()];
        Arrays.fill(weights, 1);
      }
      if (weights != null) {
        weights[i] = one;
      }
    }
    Group fresh = new Group(zone, members.toArray(Endpoint[]::new), weights);
    if (before != null) {
      for (Group group : before.groups) {
        if (group.same(fresh)) {
          return group; // so that the zone sees that nothing has changed in it
        }
      }
    }
    return fresh;
  }

  /** Returns the zone of an endpoint, {@link #NO_ZONE} where it is not known. */
  public static String zoneOf(Endpoint endpoint) {
    String zone = endpoint.zone();
    return zone == null ? NO_ZONE : zone;
  }

  /** Those that may be picked, by the zones' names. */
  public SortedMap<String, ZoneMembers> byZone() {
    return zones;
  }

  /** All endpoints, in or out, by the order of the slices' names; no copy. */
  public List<Endpoint> endpoints() {
    return new Concatenation();
  }

  /** Why the endpoint at {@code index} of {@link #endpoints()} is out, or null when it is in. */
  public @Nullable OutReason out(int index) {
    int part = part(index);
    return parts.get(part).out(index - start(part));
  }

  /** The weight of the endpoint at {@code index} of {@link #endpoints()}, if it is in. */
  public double weight(int index) {
    if (weight == EndpointWeight.EQUAL) {
      return 1;
    }
    int part = part(index);
    return weight.of(endpoints().get(index), parts.get(part).screened.candidates().slice());
  }

  /** The readiness tier that takes the calls: 1, 2, or 0 where nobody can. */
  public int tier() {
    return ruling.tier();
  }

  /** What the policy leaves to be picked. */
  public Scope scope() {
    return scope;
  }

  private int part(int index) {
    return positions().part(index);
  }

  private int start(int part) {
    return positions().start(part);
  }

  /** Whether both say the same of the same endpoints, in whatever order and slices. */
  public boolean sameContent(Verdicts other) {
    Map<Endpoint, Part> mine = new HashMap<>();
    Map<Endpoint, Integer> at = new HashMap<>();
    List<Part> theirs = new ArrayList<>();
    int next = 0;
    for (Part part : parts) {
      if (next < other.parts.size() && other.parts.get(next) == part) {
        next++; // as nearly all are
        continue;
      }
      while (next < other.parts.size() && other.slice(next).compareTo(part.screened.slice()) < 0) {
        theirs.add(other.parts.get(next++));
      }
      boolean sameSlice =
          next < other.parts.size() && other.slice(next).equals(part.screened.slice());
      Part same = sameSlice ? other.parts.get(next++) : null;
      if (same != null && equal(same, part)) {
        continue;
      }
      if (same != null) {
        if (contradicts(same, part)) {
          return false;
        }
        theirs.add(same);
      }
      for (int i = 0; i < part.endpoints().size(); i++) {
        mine.put(part.endpoints().get(i), part);
        at.put(part.endpoints().get(i), i);
      }
    }
    theirs.addAll(other.parts.subList(next, other.parts.size()));
    for (Part part : theirs) {
      for (int i = 0; i < part.endpoints().size(); i++) {
        Endpoint endpoint = part.endpoints().get(i);
        Part here = mine.remove(endpoint);
        Integer index = at.get(endpoint);
        if (here == null
            || index == null
            || here.out(index) != part.out(i)
            || !here.endpoints().get(index).sameContent(endpoint)) {
          return false;
        }
      }
    }
    return mine.isEmpty();
  }

  private static boolean equal(Part one, Part other) {
    if (one.endpoints().size() != other.endpoints().size()
        || one.groups.size() != other.groups.size()) {
      return false;
    }
    for (int i = 0; i < one.groups.size(); i++) {
      if (!one.groups.get(i).sameWeights(other.groups.get(i))) {
        return false;
      }
    }
    for (int i = 0; i < one.endpoints().size(); i++) {
      if (!one.endpoints().get(i).equals(other.endpoints().get(i))
          || !one.endpoints().get(i).sameContent(other.endpoints().get(i))
          || one.out(i) != other.out(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether they say different things of an endpoint that both list at the same position. */
  private static boolean contradicts(Part one, Part other) {
    int both = Math.min(one.endpoints().size(), other.endpoints().size());
    for (int i = 0; i < both; i++) {
      Endpoint endpoint = one.endpoints().get(i);
      Endpoint there = other.endpoints().get(i);
      if (endpoint.equals(there) && (one.out(i) != other.out(i) || !endpoint.sameContent(there))) {
        return true;
      }
    }
    return false;
  }

  /** All endpoints, one part after the other. */
  private final class Concatenation extends AbstractList<Endpoint> implements RandomAccess {

    @Override
    public Endpoint get(int index) {
      int part = part(index);
      return parts.get(part).endpoints().get(index - start(part));
    }

    @Override
    public int size() {
      return size;
    }
  }
}
