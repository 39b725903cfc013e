package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.OwnPlace;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What our name resolver tells our load balancer beside the addresses.
 *
 * @param own where the caller is
 * @param callers where its like are
 * @param everywhere whether calls are to be spread over zones; otherwise the resolver has chosen
 *     the endpoints already, and all of them are alike
 * @param standsFor for each zone of which there are just some of the endpoints, for how many each
 *     of these stands
 * @param problem why there are no addresses, or null
 */
record Surroundings(
    OwnPlace own,
    Callers callers,
    boolean everywhere,
    Map<String, Double> standsFor,
    @Nullable String problem) {

  static final Attributes.Key<Surroundings> KEY =
      Attributes.Key.create("io.slicewise.surroundings");

  /** Shares of callers, or of endpoints, that move less than this are not worth telling. */
  private static final double WORTH_TELLING = 0.01;

  /**
   * Whether a load balancer would do nearly the same by the other one. Shares of callers move every
   * second while they follow a rollout; gRPC's outlier detection begins anew with every update.
   */
  boolean isNear(Surroundings other) {
    if (!own.equals(other.own)
        || everywhere != other.everywhere
        || !Objects.equals(problem, other.problem)
        || !callers.source().equals(other.callers.source())
        || !standsFor.keySet().equals(other.standsFor.keySet())
        || !callers.shares().keySet().equals(other.callers.shares().keySet())) {
      return false;
    }
    for (Map.Entry<String, Double> each : standsFor.entrySet()) {
      double moved = each.getValue() - other.standsFor(each.getKey());
      if (Math.abs(moved) > WORTH_TELLING * each.getValue()) {
        return false;
      }
    }
    for (Map.Entry<String, Double> share : callers.shares().entrySet()) {
      if (Math.abs(share.getValue() - other.callers.share(share.getKey())) > WORTH_TELLING) {
        return false;
      }
    }
    return true;
  }

  static Surroundings of(ServiceView view) {
    Routing routing = view.routing();
    Map<String, Double> shares = new TreeMap<>();
    for (ZoneShare zone : routing.zones()) {
      if (zone.callers() > 0) { // NaN where it is not known
        shares.put(zone.zone(), zone.callers());
      }
    }
    return new Surroundings(
        new OwnPlace(routing.zone(), null, routing.zoneSource()),
        new Callers(shares, routing.callersSource()),
        routing.scope().equals("ALL"),
        standsFor(view),
        view.eligible().isEmpty() ? view.problem() : null);
  }

  private static Map<String, Double> standsFor(ServiceView view) {
    Map<String, int[]> counts = new TreeMap<>(); // of those that are here, and of all
    boolean some = false;
    for (int i = 0; i < view.endpoints().size(); i++) {
      OutReason out = view.selection().out(i);
      if (out == null || out == OutReason.SUBSET) {
        String zone = Objects.requireNonNullElse(view.endpoints().get(i).zone(), "");
        int[] count = counts.computeIfAbsent(zone, name -> new int[2]);
        count[0] += out == null ? 1 : 0;
        count[1]++;
        some |= out != null;
      }
    }
    Map<String, Double> standsFor = new TreeMap<>();
    if (some) {
      counts.forEach(
          (zone, count) -> {
            if (count[0] > 0 && count[0] < count[1]) {
              standsFor.put(zone, (double) count[1] / count[0]);
            }
          });
    }
    return standsFor;
  }

  /** For how many endpoints of a zone each of those that are here stands; 1 or more. */
  double standsFor(String zone) {
    return standsFor.getOrDefault(zone, 1.0);
  }
}
