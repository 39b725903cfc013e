package io.slicewise.discovery.internal;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.health.SlowStart;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.policy.Verdicts.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The endpoints of one zone that one client picks from, and the structure to pick by. Immutable;
 * kept as it is while nothing changes in the zone.
 */
final class Zone {

  /** A new endpoint counts no less than this toward its zone, or a rollout would look like loss. */
  private static final double LEAST_WHILE_STARTING = 0.5;

  private final List<Group> groups;
  private final Set<Endpoint> ejected; // in this zone
  private final int endpoints;
  private final int starting;
  private final double capacity;
  private final double weight;
  private final Picker<Endpoint> picker;

  Zone(
      List<Group> groups,
      Set<Endpoint> ejected,
      boolean hasNew,
      SlowStart slowStart,
      long now,
      PickStrategy strategy,
      RandomSource random) {
    this.groups = groups;
    this.ejected = ejected;
    int size = size(groups);
    Endpoint[] usable = new Endpoint[size];
    double[] weights = new double[isEven(groups) && !hasNew ? 0 : size];
    boolean even = true;
    int count = 0;
    int young = 0;
    double taken = 0;
    double drawn = 0;
    for (Group group : groups) {
      for (int i = 0; i < group.size(); i++) {
        Endpoint endpoint = group.endpoint(i);
        if (!ejected.isEmpty() && ejected.contains(endpoint)) {
          continue;
        }
        usable[count] = endpoint;
        double whole = group.weight(i);
        double part = weights.length == 0 ? 1 : slowStart.factor(endpoint, now);
        if (weights.length > 0) {
          weights[count] = whole * part;
          even &= weights[count] == 1;
          young += part < 1 ? 1 : 0;
        }
        taken += whole * Math.max(LEAST_WHILE_STARTING, part);
        drawn += whole * part;
        count++;
      }
    }
    this.endpoints = count;
    this.starting = young;
    this.capacity = taken;
    this.weight = drawn;
    if (count < size) {
      usable = Arrays.copyOf(usable, count);
      weights = weights.length == 0 ? weights : Arrays.copyOf(weights, count);
    }
    this.picker =
        count == 0 ? Zone::nobody : strategy.picker(usable, even ? null : weights, random);
  }

  private static Endpoint nobody() {
    throw new IllegalStateException("a zone without endpoints is not picked from");
  }

  private static int size(List<Group> groups) {
    int size = 0;
    for (Group group : groups) {
      size += group.size();
    }
    return size;
  }

  private static boolean isEven(List<Group> groups) {
    for (Group group : groups) {
      if (!group.isEven()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a zone built from this would be the same as this one. */
  boolean isBuiltFrom(List<Group> others, Set<Endpoint> othersEjected, boolean hasNew) {
    if (starting > 0 || hasNew || groups.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i) != others.get(i)) {
        return false;
      }
    }
    return ejected.equals(othersEjected);
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
