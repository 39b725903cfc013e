package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.policy.ZoneMembers.Group;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final Column<Screening.Part> screened;
  private final Column<Judged> parts; // beside these
  private final int size; // of all parts
  private final Rules rules;
  private final SortedMap<String, ZoneMembers> zones;

  private volatile @Nullable Positions positions; // made for the first who asks by index

  private Verdicts(
      Column<Screening.Part> screened,
      Column<Judged> parts,
      int size,
      Rules rules,
      SortedMap<String, ZoneMembers> zones) {
    this.screened = screened;
    this.parts = parts;
    this.size = size;
    this.rules = rules;
    this.zones = zones;
  }

  private static int count(List<Judged> parts) {
    int count = 0;
    for (Judged part : parts) {
      count += part.endpoints().size();
    }
    return count;
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
        Column.empty(),
        Column.empty(),
        0,
        new Rules(new Ruling(null, 0), Scope.ALL, OwnPlace.UNKNOWN, weight),
        Collections.emptySortedMap());
  }

  /** Returns the verdicts on what a screening let pass, of which the policy chooses the scope. */
  public Verdicts next(Screening screening, TopologyPolicy policy) {
    Ruling ruling = screening.ruling();
    Scope scope = policy.scope(screening.census(ruling), screening.own());
    Rules nextRules = new Rules(ruling, scope, screening.own(), rules.weight());
    boolean same = nextRules.sameAs(rules);
    Column<Screening.Part> now = screening.parts();
    Stretch stretch = same ? Stretch.between(screened, now) : Stretch.all(screened, now);
    List<Judged> after = new ArrayList<>();
    Map<String, Swap> touched = new HashMap<>(); // by the zones in which something has changed
    for (Stretch.Pair<Judged, Screening.Part> pair :
        stretch.pairs(parts, Judged::slice, now, Screening.Part::slice)) {
      Judged known = pair.before();
      Screening.Part part = pair.after();
      Judged judged = null;
      if (part != null) {
        boolean kept = same && known != null && known.screened() == part;
        judged = kept ? known : nextRules.judge(part, known);
        after.add(judged);
      }
      if (!zones.isEmpty()) {
        touch(touched, known, judged);
      }
    }
    Column<Judged> next = stretch.replace(parts, after);
    return new Verdicts(
        now,
        next,
        size - count(stretch.before(parts)) + count(after),
        nextRules,
        zones.isEmpty() ? group(next) : regroup(next, touched));
  }

  /** Returns the zones of all parts. */
  private static SortedMap<String, ZoneMembers> group(List<Judged> parts) {
    SortedMap<String, List<Group>> groups = new TreeMap<>();
    for (Judged part : parts) {
      for (Group group : part.groups()) {
        groups.computeIfAbsent(group.zone(), zone -> new ArrayList<>()).add(group);
      }
    }
    SortedMap<String, ZoneMembers> zones = new TreeMap<>();
    groups.forEach((zone, members) -> zones.put(zone, new ZoneMembers(members)));
    return Collections.unmodifiableSortedMap(zones);
  }

  /** A group of a zone that another one takes the place of; either may be missing. */
  private record Swap(@Nullable Group before, @Nullable Group after) {}

  /** Adds the zones of the groups that are in one part only. */
  private static void touch(
      Map<String, Swap> zones, @Nullable Judged before, @Nullable Judged after) {
    for (Group group : before == null ? List.<Group>of() : before.groups()) {
      Group other = after == null ? null : after.groupOf(group.zone());
      if (other != group) {
        zones.merge(group.zone(), new Swap(group, other), (one, two) -> new Swap(null, null));
      }
    }
    for (Group group : after == null ? List.<Group>of() : after.groups()) {
      if (before == null || before.groupOf(group.zone()) == null) {
        zones.put(group.zone(), new Swap(null, group));
      }
    }
  }

  /** Returns the zones as they are with other parts; those that were not touched are kept. */
  private SortedMap<String, ZoneMembers> regroup(List<Judged> next, Map<String, Swap> touched) {
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
  private static void collect(List<Judged> parts, Map<String, List<Group>> groups) {
    for (Judged part : parts) {
      for (Group group : part.groups()) {
        List<Group> members = groups.get(group.zone());
        if (members != null) {
          members.add(group);
        }
      }
    }
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
    if (rules.weight() == EndpointWeight.EQUAL) {
      return 1;
    }
    Judged judged = parts.get(part(index));
    return rules.weight().of(endpoints().get(index), judged.screened().candidates().slice());
  }

  /** The readiness tier that takes the calls: 1, 2, or 0 where nobody can. */
  public int tier() {
    return rules.ruling().tier();
  }

  /** What the policy leaves to be picked. */
  public Scope scope() {
    return rules.scope();
  }

  private int part(int index) {
    return positions().part(index);
  }

  private int start(int part) {
    return positions().start(part);
  }

  /** Whether both say the same of the same endpoints, in whatever order and slices. */
  public boolean sameContent(Verdicts other) {
    if (size != other.size) {
      return false;
    }
    Map<Endpoint, Judged> mine = new HashMap<>();
    Map<Endpoint, Integer> at = new HashMap<>();
    List<Judged> theirs = new ArrayList<>();
    Stretch stretch = Stretch.between(other.parts, parts);
    for (Stretch.Pair<Judged, Judged> pair :
        stretch.pairs(other.parts, Judged::slice, parts, Judged::slice)) {
      Judged same = pair.before();
      Judged part = pair.after();
      if (same != null && part != null) {
        if (same == part || equal(same, part)) {
          continue;
        }
        if (contradicts(same, part)) {
          return false;
        }
      }
      if (same != null) {
        theirs.add(same);
      }
      for (int i = 0; part != null && i < part.endpoints().size(); i++) {
        mine.put(part.endpoints().get(i), part);
        at.put(part.endpoints().get(i), i);
      }
    }
    for (Judged part : theirs) {
      for (int i = 0; i < part.endpoints().size(); i++) {
        Endpoint endpoint = part.endpoints().get(i);
        Judged here = mine.remove(endpoint);
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

  private static boolean equal(Judged one, Judged other) {
    if (one.endpoints().size() != other.endpoints().size()
        || one.groups().size() != other.groups().size()) {
      return false;
    }
    for (int i = 0; i < one.groups().size(); i++) {
      if (!one.groups().get(i).sameWeights(other.groups().get(i))) {
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
  private static boolean contradicts(Judged one, Judged other) {
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
