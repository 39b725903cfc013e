package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.ZoneShare;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.OwnPlace;
import java.util.Map;
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
