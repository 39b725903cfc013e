package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.FallbackAuthority;
import io.slicewise.discovery.policy.Eligibility;
import io.slicewise.discovery.policy.EndpointFilter;
import io.slicewise.discovery.policy.EndpointWeight;
import io.slicewise.discovery.policy.TopologyPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How one client wants its endpoints chosen.
 *
 * @param eligibility the target's own terms
 * @param protocol the protocol of the port
 * @param policy which endpoints, and how calls spread over zones
 * @param strategy which endpoint inside a zone
 * @param weight what each endpoint can take, beside the others
 * @param health what is done about new endpoints and those that fail
 * @param subset about how many endpoints it keeps to, or 0 for all
 * @param fallback where calls go while nothing is known, or null for nowhere
 */
public record Client(
    Eligibility eligibility,
    String protocol,
    TopologyPolicy policy,
    PickStrategy strategy,
    EndpointWeight weight,
    HealthOptions health,
    int subset,
    @Nullable FallbackAuthority fallback) {

  /** Returns how endpoints are chosen where neither a target nor a watch says more. */
  public static Client of(
      AddressType family,
      TopologyPolicy policy,
      PickStrategy strategy,
      HealthOptions health,
      int subset) {
    Eligibility anybody = new Eligibility(null, family, false, EndpointFilter.ALL);
    return new Client(anybody, "TCP", policy, strategy, EndpointWeight.EQUAL, health, subset, null);
  }

  public Client {
    requireNonNull(eligibility, "eligibility");
    requireNonNull(protocol, "protocol");
    requireNonNull(policy, "policy");
    requireNonNull(strategy, "strategy");
    requireNonNull(weight, "weight");
    requireNonNull(health, "health");
  }
}
