package io.slicewise.discovery.internal;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.health.SlowStart;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.policy.ZoneMembers;
import io.slicewise.discovery.policy.ZoneMembers.Group;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one zone that one client may pick from. Kept as it is while nothing changes in
 * the zone. Confined to the writer.
 */
final class Zone {

  /** A new endpoint counts no less than this toward its zone, or a rollout would look like loss. */
  private static final double LEAST_WHILE_STARTING = 0.5;

  private final ZoneMembers members;
  private final Set<Endpoint> ejected; // in this zone
  private final int starting;
  private final double capacity;
  private final Choice all;
  private @Nullable Choice some; // the narrower one that was asked for last

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
    Endpoint[] usable = members.endpoints();
    double[] weights = null;
    double[] grown = null;
    int young = 0;
    double taken = usable.length;
    if (!ejected.isEmpty() || hasNew || !members.isEven()) {
      usable = usable.clone();
      weights = new double[usable.length];
      grown = new double[usable.length];
      boolean even = true;
      int count = 0;
      taken = 0;
      for (Group group : members.groups()) {
        for (int i = 0; i < group.size(); i++) {
          Endpoint endpoint = group.endpoint(i);
          if (ejected.contains(endpoint)) {
            continue;
          }
          double part = slowStart.factor(endpoint, now);
          usable[count] = endpoint;
          grown[count] = group.weight(i);
          weights[count] = group.weight(i) * part;
          even &= weights[count] == 1;
          young += part < 1 ? 1 : 0;
          taken += group.weight(i) * Math.max(LEAST_WHILE_STARTING, part);
          count++;
        }
      }
      usable = Arrays.copyOf(usable, count);
      weights = even ? null : Arrays.copyOf(weights, count);
      grown = members.isEven() ? null : Arrays.copyOf(grown, count);
    }
    this.starting = young;
    this.capacity = taken;
    this.all = new Choice(usable, weights, grown, strategy, random);
  }

  /** Whether a zone built from this would be the same as this one. */
  boolean isBuiltFrom(ZoneMembers others, Set<Endpoint> othersEjected, boolean hasNew) {
    return starting == 0 && !hasNew && members == others && ejected.equals(othersEjected);
  }

  /** How many endpoints may be picked. */
  int endpoints() {
    return all.size();
  }

  /** How many of them have not their full share yet. */
  int starting() {
    return starting;
  }

  /** What the zone can take. */
  double capacity() {
    return capacity;
  }

  /** The choice among all endpoints. */
  Choice choice() {
    return all;
  }

  /** Returns a choice among at most so many endpoints, the same ones for the same seed. */
  Choice choice(int most, long seed) {
    if (most >= all.size()) {
      return all;
    }
    Choice made = some;
    if (made == null || made.size() != most) {
      made = all.narrowed(most, seed);
      some = made;
    }
    return made;
  }
}
