package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import java.util.Arrays;
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

  private final Column<Group> groups; // none of them is empty
  private final Positions positions; // of the groups among all endpoints
  private final Endpoint[] endpoints; // group by group
  private final boolean even;

  ZoneMembers(List<Group> groups) {
    this.groups = Column.of(groups);
    int[] sizes = new int[groups.size()];
    int all = 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = groups.get(i).size();
      all += sizes[i];
    }
    this.positions = new Positions(sizes);
    this.endpoints = joined(groups, all);
    this.even = areEven(groups);
  }

  private ZoneMembers(
      Column<Group> groups, Positions positions, Endpoint[] endpoints, boolean even) {
    this.groups = groups;
    this.positions = positions;
    this.endpoints = endpoints;
    this.even = even;
  }

  private static Endpoint[] joined(List<Group> groups, int size) {
    Endpoint[] all = new Endpoint[size];
    int next = 0;
    for (Group group : groups) {
      System.arraycopy(group.endpoints, 0, all, next, group.size());
      next += group.size();
    }
    return all;
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
    int at = 0;
    while (groups.get(at) != old) {
      at++;
    }
    Column<Group> others = new Stretch(at, at + 1, at + 1).replace(groups, List.of(fresh));
    int start = positions.start(at);
    int end = start + old.size();
    int more = fresh.size() - old.size();
    Endpoint[] all = Arrays.copyOf(endpoints, endpoints.length + more);
    System.arraycopy(fresh.endpoints, 0, all, start, fresh.size());
    System.arraycopy(endpoints, end, all, end + more, endpoints.length - end);
    boolean alike = even ? fresh.weights == null : areEven(others);
    return new ZoneMembers(others, positions.resized(at, more), all, alike);
  }

  /** The groups, in the order of the slices' names. */
  public List<Group> groups() {
    return groups;
  }

  /** The number of endpoints. */
  public int size() {
    return endpoints.length;
  }

  /** Whether all endpoints weigh 1. */
  public boolean isEven() {
    return even;
  }

  /** All endpoints, group by group; no copy: nobody may write the array. */
  public Endpoint[] endpoints() {
    return endpoints;
  }
}
