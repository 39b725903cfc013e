package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.OutReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All candidates, judged by the target's own terms and counted. Immutable; the next one costs what
 * has changed, because unchanged parts are kept and sums are carried on.
 */
public final class Screening {

  private static final int FACTS = 7; // of each family and tier: the numbers of a Census
  private static final int TIERS = 2;
  private static final int FAMILIES = 3; // IPv4, IPv6, and host names

  /** What one slice adds. */
  public static final class Part {
    private final Candidates.Part candidates;
    private final @Nullable OutReason @Nullable [] refusals; // null: no one is refused
    private final int[] facts;

    Part(Candidates.Part candidates, Eligibility eligibility, boolean ownNodeOnly, OwnPlace own) {
      this.candidates = candidates;
      this.facts = new int[FAMILIES * TIERS * FACTS];
      List<Endpoint> endpoints = candidates.endpoints();
      @Nullable OutReason[] refusals = null;
      for (int i = 0; i < endpoints.size(); i++) {
        Endpoint endpoint = endpoints.get(i);
        OutReason refusal = eligibility.refusal(endpoint, candidates.slice());
        if (refusal == null && ownNodeOnly) {
          refusal = Scope.OWN_NODE.refusal(endpoint, own);
        }
        if (refusal == null) {
          count(endpoint, own);
        } else {
          refusals = refusals == null ? new OutReason[endpoints.size()] : refusals;
          refusals[i] = refusal;
        }
      }
      this.refusals = refusals;
    }

    private void count(Endpoint endpoint, OwnPlace own) {
      int tier = endpoint.conditions().tier();
      if (tier == 0) {
        return;
      }
      int at = at(family(endpoint.addressType()), tier);
      Hints hints = endpoint.hints();
      facts[at]++;
      facts[at + 1] += Scope.OWN_ZONE.refusal(endpoint, own) == null ? 1 : 0;
      facts[at + 2] += Scope.OWN_NODE.refusal(endpoint, own) == null ? 1 : 0;
      facts[at + 3] += hints.forZones().isEmpty() ? 0 : 1;
      facts[at + 4] += Scope.HINTED_ZONE.refusal(endpoint, own) == null ? 1 : 0;
      facts[at + 5] += hints.forNodes().isEmpty() ? 0 : 1;
      facts[at + 6] += Scope.HINTED_NODE.refusal(endpoint, own) == null ? 1 : 0;
    }

    Candidates.Part candidates() {
      return candidates;
    }

    String slice() {
      return candidates.name();
    }

    /** Returns why the endpoint at an index is out by the target's own terms, or null. */
    @Nullable OutReason refusal(int index) {
      return refusals == null ? null : refusals[index];
    }

    /**
     * Tells those that meet the target's own terms and are ready, or are neither that nor leave.
     */
    private void tell(@Nullable Part other, Readiness listener) {
      List<Endpoint> endpoints = candidates.endpoints();
      List<Endpoint> others = other == null ? List.of() : other.candidates.endpoints();
      for (int i = 0; i < endpoints.size(); i++) {
        Endpoint endpoint = endpoints.get(i);
        boolean same =
            other != null
                && i < others.size()
                && others.get(i) == endpoint
                && other.refusal(i) == refusal(i);
        if (same || refusal(i) != null) {
          continue;
        }
        int tier = endpoint.conditions().tier();
        if (tier == 1 || !endpoint.conditions().terminating()) {
          listener.accept(endpoint, tier == 1);
        }
      }
    }
  }

  /** Hears of an endpoint that is ready, or that is neither ready nor terminating. */
  @FunctionalInterface
  public interface Readiness {

    /** Hears of one. */
    void accept(Endpoint endpoint, boolean ready);
  }

  private final Eligibility eligibility;
  private final boolean ownNodeOnly;
  private final OwnPlace own;
  private final Column<Candidates.Part> candidates;
  private final Column<Part> parts; // beside these
  private final int[] facts;
  private final List<Part> gone;
  private final List<Part> fresh;

  private Screening(
      Eligibility eligibility,
      boolean ownNodeOnly,
      OwnPlace own,
      Column<Candidates.Part> candidates,
      Column<Part> parts,
      int[] facts,
      List<Part> gone,
      List<Part> fresh) {
    this.eligibility = eligibility;
    this.ownNodeOnly = ownNodeOnly;
    this.own = own;
    this.candidates = candidates;
    this.parts = parts;
    this.facts = facts;
    this.gone = gone;
    this.fresh = fresh;
  }

  /**
   * Returns the screening of no candidates.
   *
   * @param policy asked whether endpoints on other nodes are any at all
   */
  public static Screening none(Eligibility eligibility, TopologyPolicy policy) {
    return new Screening(
        eligibility,
        policy.ownNodeOnly(),
        OwnPlace.UNKNOWN,
        Column.empty(),
        Column.empty(),
        new int[FAMILIES * TIERS * FACTS],
        List.of(),
        List.of());
  }

  /** Returns the screening of other candidates, for a caller at a place. */
  public Screening next(Candidates candidates, OwnPlace place) {
    boolean moved =
        !Objects.equals(place.zone(), own.zone()) || !Objects.equals(place.node(), own.node());
    Column<Candidates.Part> now = candidates.parts();
    Stretch stretch =
        moved ? Stretch.all(this.candidates, now) : Stretch.between(this.candidates, now);
    List<Part> after = new ArrayList<>();
    List<Part> nowGone = new ArrayList<>();
    List<Part> nowFresh = new ArrayList<>();
    for (Stretch.Pair<Part, Candidates.Part> pair :
        stretch.pairs(parts, Part::slice, now, Candidates.Part::name)) {
      Part known = pair.before();
      Candidates.Part part = pair.after();
      if (known != null && part != null && known.candidates == part && !moved) {
        after.add(known);
        continue;
      }
      if (known != null) {
        nowGone.add(known);
      }
      if (part != null) {
        Part judged = new Part(part, eligibility, ownNodeOnly, place);
        nowFresh.add(judged);
        after.add(judged);
      }
    }
    int[] sums = facts.clone();
    nowGone.forEach(part -> add(sums, part.facts, -1));
    nowFresh.forEach(part -> add(sums, part.facts, 1));
    Column<Part> next = stretch.replace(parts, after);
    return new Screening(eligibility, ownNodeOnly, place, now, next, sums, nowGone, nowFresh);
  }

  private static void add(int[] sums, int[] facts, int sign) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += sign * facts[i];
    }
  }

  /** What each slice adds. */
  Column<Part> parts() {
    return parts;
  }

  /** Where the caller is. */
  OwnPlace own() {
    return own;
  }

  /**
   * Tells which endpoints that meet the target's own terms the last update replaced, and by which.
   * What is the very same before and after is left out; what moved is told twice.
   */
  public void forEachChange(Readiness before, Readiness after) {
    Map<String, Part> old = new HashMap<>();
    gone.forEach(part -> old.put(part.slice(), part));
    for (Part part : fresh) {
      Part replaced = old.remove(part.slice());
      part.tell(replaced, after);
      if (replaced != null) {
        replaced.tell(part, before);
      }
    }
    old.values().forEach(part -> part.tell(null, before));
  }

  /** Returns the number of endpoints that meet the target's own terms and are ready. */
  public int ready() {
    int ready = 0;
    for (int family = 0; family < FAMILIES; family++) {
      ready += facts[at(family, 1)];
    }
    return ready;
  }

  Ruling ruling() {
    int preferred = family(eligibility.family());
    int other = 1 - preferred;
    AddressType unwanted = null;
    if (usable(preferred) > 0) {
      unwanted = type(other);
    } else if (usable(other) > 0) {
      unwanted = type(preferred);
    }
    int tier = 0;
    for (int family = 0; family < FAMILIES && tier != 1; family++) {
      if (unwanted == null || family != family(unwanted)) {
        tier = facts[at(family, 1)] > 0 ? 1 : facts[at(family, 2)] > 0 ? 2 : tier;
      }
    }
    return new Ruling(unwanted, tier);
  }

  private int usable(int family) {
    return facts[at(family, 1)] + facts[at(family, 2)];
  }

  Census census(Ruling ruling) {
    int[] sums = new int[FACTS];
    for (int family = 0; family < FAMILIES && ruling.tier() > 0; family++) {
      if (ruling.unwanted() == null || family != family(ruling.unwanted())) {
        for (int i = 0; i < FACTS; i++) {
          sums[i] += facts[at(family, ruling.tier()) + i];
        }
      }
    }
    return new Census(ruling.tier(), sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6]);
  }

  private static int at(int family, int tier) {
    return (family * TIERS + tier - 1) * FACTS;
  }

  private static int family(AddressType type) {
    return type == AddressType.IPV4 ? 0 : type == AddressType.IPV6 ? 1 : 2;
  }

  private static AddressType type(int family) {
    return family == 0 ? AddressType.IPV4 : AddressType.IPV6;
  }
}
