package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.model.Hints;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Which topology hints the EndpointSlice controller writes. */
enum Hinting {
  /** None: the Service asks for none. */
  NONE {
    @Override
    List<Hints> hints(List<Pod> pods, SortedSet<String> zones) {
      return Collections.nCopies(pods.size(), Hints.NONE);
    }
  },

  /** {@code trafficDistribution: PreferSameZone}: every ready pod for its own zone. */
  SAME_ZONE {
    @Override
    List<Hints> hints(List<Pod> pods, SortedSet<String> zones) {
      return pods.stream().map(pod -> pod.isReady() ? forZone(pod.zone()) : Hints.NONE).toList();
    }
  },

  /**
   * The annotation {@code service.kubernetes.io/topology-mode: Auto} (KEP-2433; {@code
   * topologycache} of the endpointslice module): every zone is to have pods in proportion to the
   * CPU of its ready nodes. There are no hints at all where some zone cannot get so many that its
   * pods stay below 1.2 times their share; otherwise zones with too many lend to those with too
   * few. Here all zones have the same CPU.
   */
  AUTO {
    @Override
    List<Hints> hints(List<Pod> pods, SortedSet<String> zones) {
      long ready = pods.stream().filter(Pod::isReady).count();
      double wanted = (double) ready / zones.size();
      long least = (long) Math.ceil(wanted / (1 + OVERLOAD));
      if (zones.size() < 2 || ready < zones.size() || least * zones.size() > ready) {
        return NONE.hints(pods, zones);
      }
      SortedMap<String, Double> surplus = new TreeMap<>();
      zones.forEach(zone -> surplus.put(zone, -Math.max(wanted, (double) least)));
      for (Pod pod : pods) {
        if (pod.isReady()) {
          surplus.computeIfPresent(pod.zone(), (zone, many) -> many + 1);
        }
      }
      return lend(pods, surplus);
    }
  };

  private static final double OVERLOAD = 0.2; // overloadThreshold

  /**
   * Returns the hints of each pod.
   *
   * @param zones the zones that have ready nodes
   */
  abstract List<Hints> hints(List<Pod> pods, SortedSet<String> zones);

  private static Hints forZone(String zone) {
    return new Hints(List.of(zone), List.of());
  }

  /** Half a pod too many or too few is left as it is, and so is less than one on both sides. */
  private static List<Hints> lend(List<Pod> pods, SortedMap<String, Double> surplus) {
    Map<String, Integer> gives = new HashMap<>();
    Deque<String> receivers = new ArrayDeque<>();
    while (true) {
      String giver = first(surplus, 1);
      String receiver = first(surplus, -1);
      double much = surplus.getOrDefault(giver, 0.0);
      double little = -surplus.getOrDefault(receiver, 0.0);
      if (Math.min(much, little) < 0.5 || Math.max(much, little) < 1) {
        break;
      }
      gives.merge(giver, 1, Integer::sum);
      receivers.add(receiver);
      surplus.merge(giver, -1.0, Double::sum);
      surplus.merge(receiver, 1.0, Double::sum);
    }
    List<Hints> hints = new ArrayList<>(pods.size());
    for (Pod pod : pods) {
      String zone = pod.zone();
      if (pod.isReady() && gives.getOrDefault(zone, 0) > 0) {
        gives.merge(zone, -1, Integer::sum);
        zone = receivers.remove();
      }
      hints.add(pod.isReady() ? forZone(zone) : Hints.NONE);
    }
    return hints;
  }

  /** Returns the zone with the largest surplus, or with the largest lack for a sign of -1. */
  private static String first(SortedMap<String, Double> surplus, int sign) {
    String best = surplus.firstKey();
    for (Map.Entry<String, Double> each : surplus.entrySet()) {
      if (sign * each.getValue() > sign * surplus.getOrDefault(best, 0.0)) {
        best = each.getKey();
      }
    }
    return best;
  }
}
