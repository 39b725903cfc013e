package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Those of one zone that may be picked, grouped by the slices that list them. Immutable; the same
 * instance in later {@link Verdicts} means that nothing has changed in the zone.
 */
public final class ZoneMembers {

  /** Those of one slice in one zone that may be picked. Immutable. */
  public static final class Group {
    private final String zone;
    private final Endpoint[] endpoints;
    private final double @Nullable [] weights; // null: all weigh 1

    Group(String zone, Endpoint[] endpoints, double @Nullable [] weights) {
      this.zone = zone;
      this.endpoints = endpoints;
      this.weights = weights;
    }

    String zone() {
      return zone;
    }

    /** The number of endpoints. */
    public int size() {
      return endpoints.length;
    }

    /** The endpoint at an index. */
    public Endpoint endpoint(int index) {
      return endpoints[index];
    }

    /** The weight of the endpoint at an index. */
    public double weight(int index) {
      return weights == null ? 1 : weights[index];
    }

    boolean same(Group other) {
      if (!sameWeights(other)
          || !zone.equals(other.zone)
          || endpoints.length != other.endpoints.length) {
        return false;
      }
      for (int i = 0; i < endpoints.length; i++) {
        if (endpoints[i] != other.endpoints[i]) {
          return false;
        }
      }
      return true;
    }

    boolean sameWeights(Group other) {
      return Arrays.equals(weights, other.weights);
    }
  }

  private final List<Group> groups;
  private final int size;
  private final boolean even;

  ZoneMembers(List<Group> groups) {
    this(List.copyOf(groups), count(groups), areEven(groups));
  }

  private ZoneMembers(List<Group> groups, int size, boolean even) {
    this.groups = groups;
    this.size = size;
    this.even = even;
  }

  private static int count(List<Group> groups) {
    int count = 0;
    for (Group group : groups) {
      count += group.endpoints.length;
    }
    return count;
  }

  private static boolean areEven(List<Group> groups) {
    for (Group group : groups) {
      if (group.weights != null) {
        return false;
      }
    }
    return true;
  }

  /** Returns the members with another group in the place of one of these. */
  ZoneMembers replacing(Group old, Group fresh) {
    Group[] all = groups.toArray(Group[]::new);
    int at = 0;
    while (all[at] != old) {
      at++;
    }
    all[at] = fresh;
    List<Group> others = Collections.unmodifiableList(Arrays.asList(all));
    boolean alike = even ? fresh.weights == null : areEven(others);
    return new ZoneMembers(others, size - old.size() + fresh.size(), alike);
  }

  /** The groups, in the order of the slices' names. */
  public List<Group> groups() {
    return groups;
  }

  /** The number of endpoints. */
  public int size() {
    return size;
  }

  /** Whether all endpoints weigh 1. */
  public boolean isEven() {
    return even;
  }

  /** Returns all endpoints in a new array. */
  public Endpoint[] toArray() {
    Endpoint[] all = new Endpoint[size];
    int next = 0;
    for (Group group : groups) {
      System.arraycopy(group.endpoints, 0, all, next, group.endpoints.length);
      next += group.endpoints.length;
    }
    return all;
  }
}
