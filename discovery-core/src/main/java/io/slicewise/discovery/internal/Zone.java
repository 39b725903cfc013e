package io.slicewise.discovery.internal;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.health.SlowStart;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.policy.ZoneMembers;
import io.slicewise.discovery.policy.ZoneMembers.Group;
import java.util.Arrays;
import java.util.Set;

/**
 * The endpoints of one zone that one client picks from, and the structure to pick by. Immutable;
 * kept as it is while nothing changes in the zone.
 */
final class Zone {

  /** A new endpoint counts no less than this toward its zone, or a rollout would look like loss. */
  private static final double LEAST_WHILE_STARTING = 0.5;

  private final ZoneMembers members;
  private final Set<Endpoint> ejected; // in this zone
  private final int endpoints;
  private final int starting;
  private final double capacity;
  private final double weight;
  private final Picker<Endpoint> picker;

  Zone(
      ZoneMembers members,
      Set<Endpoint> ejected,
      boolean hasNew,
      SlowStart slowStart,
      long now,
      PickStrategy strategy,
      RandomSource random) {
    this.members = members;
    this.ejected = ejected;
    Endpoint[] usable = members.toArray();
    double[] weights = null;
    int young = 0;
    double taken = usable.length;
    double drawn = usable.length;
    if (!ejected.isEmpty() || hasNew || !members.isEven()) {
      weights = new double[usable.length];
      boolean even = true;
      int count = 0;
      taken = 0;
      drawn = 0;
      for (Group group : members.groups()) {
        for (int i = 0; i < group.size(); i++) {
          Endpoint endpoint = group.endpoint(i);
          if (ejected.contains(endpoint)) {
            continue;
          }
          double part = slowStart.factor(endpoint, now);
          usable[count] = endpoint;
          weights[count] = group.weight(i) * part;
          even &= weights[count] == 1;
          young += part < 1 ? 1 : 0;
          taken += group.weight(i) * Math.max(LEAST_WHILE_STARTING, part);
          drawn += weights[count];
          count++;
        }
      }
      usable = Arrays.copyOf(usable, count);
      weights = even ? null : Arrays.copyOf(weights, count);
    }
    this.endpoints = usable.length;
    this.starting = young;
    this.capacity = taken;
    this.weight = drawn;
    this.picker = usable.length == 0 ? Zone::nobody : strategy.picker(usable, weights, random);
  }

  private static Endpoint nobody() {
    throw new IllegalStateException("a zone without endpoints is not picked from");
  }

  /** Whether a zone built from this would be the same as this one. */
  boolean isBuiltFrom(ZoneMembers others, Set<Endpoint> othersEjected, boolean hasNew) {
    return starting == 0 && !hasNew && members == others && ejected.equals(othersEjected);
  }

  /** How many endpoints may be picked. */
  int endpoints() {
    return endpoints;
  }

  /** How many of them have not their full share yet. */
  int starting() {
    return starting;
  }

  /** What the zone can take. */
  double capacity() {
    return capacity;
  }

  /** The sum of the weights by which endpoints are drawn. */
  double weight() {
    return weight;
  }

  /** Chooses among the endpoints, of which there must be one. */
  Picker<Endpoint> picker() {
    return picker;
  }
}
