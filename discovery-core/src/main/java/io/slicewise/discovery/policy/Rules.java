package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.policy.ZoneMembers.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * By what endpoints are judged that meet the target's own terms.
 *
 * @param ruling the family and the readiness that count
 * @param scope what the policy leaves
 * @param own where the caller is
 * @param weight what each endpoint can take
 */
record Rules(Ruling ruling, Scope scope, OwnPlace own, EndpointWeight weight) {

  /** Whether these say the same of every endpoint. */
  boolean sameAs(Rules other) {
    // Part by part, as every start comes here: see SlicePort.
    return ruling.unwanted() == other.ruling.unwanted()
        && ruling.tier() == other.ruling.tier()
        && scope == other.scope
        && Objects.equals(own.zone(), other.own.zone())
        && Objects.equals(own.node(), other.own.node());
  }

  /**
   * Judges what a slice adds.
   *
   * @param before the word on the same slice before, of which groups that are the same are kept
   */
  Judged judge(Screening.Part screened, @Nullable Judged before) {
    List<Endpoint> endpoints = screened.candidates().endpoints();
    @Nullable OutReason[] outs = null;
    SortedMap<String, List<Endpoint>> byZone = new TreeMap<>();
    int likely = endpoints.size() / (before == null ? 3 : Math.max(1, before.groups().size())) + 2;
    for (int i = 0; i < endpoints.size(); i++) {
      Endpoint endpoint = endpoints.get(i);
      OutReason out = screened.refusal(i);
      out = out == null ? ruling.refusal(endpoint) : out;
      out = out == null ? scope.refusal(endpoint, own) : out;
      if (out == null) {
        byZone
            .computeIfAbsent(Verdicts.zoneOf(endpoint), zone -> new ArrayList<>(likely))
            .add(endpoint);
      } else {
        outs = outs == null ? new OutReason[endpoints.size()] : outs;
        outs[i] = out;
      }
    }
    List<Group> groups = new ArrayList<>(byZone.size());
    byZone.forEach(
        (zone, members) -> groups.add(group(zone, members, screened.candidates(), before)));
    return new Judged(screened, outs, groups);
  }

  private Group group(
      String zone, List<Endpoint> members, Candidates.Part candidates, @Nullable Judged before) {
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
      for (Group group : before.groups()) {
        if (group.same(fresh)) {
          return group; // so that the zone sees that nothing has changed in it
        }
      }
    }
    return fresh;
  }
}
