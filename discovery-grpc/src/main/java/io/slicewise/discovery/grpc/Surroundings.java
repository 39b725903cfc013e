package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
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
 * @param problem why there are no addresses, or null
 */
record Surroundings(OwnPlace own, Callers callers, boolean everywhere, @Nullable String problem) {

  static final Attributes.Key<Surroundings> KEY =
      Attributes.Key.create("io.slicewise.surroundings");

  /** Shares of callers that move less than this are not worth telling a channel. */
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
        || !callers.shares().keySet().equals(other.callers.shares().keySet())) {
      return false;
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
        view.eligible().isEmpty() ? view.problem() : null);
  }
}
