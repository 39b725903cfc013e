package io.slicewise.discovery;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.FallbackAuthority;
import io.slicewise.discovery.policy.EndpointFilter;
import io.slicewise.discovery.policy.EndpointWeight;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one watch differs from the others. Immutable; start with {@link #DEFAULTS}.
 *
 * @param protocol the protocol of the port: {@code TCP} (default), {@code UDP} or {@code SCTP}
 * @param family the preferred IP family, or null for that of this machine (default); the other
 *     family is used when this one has no usable endpoint
 * @param hostNames whether endpoints that are host names (FQDN slices) may be picked; by default
 *     not, as in kube-proxy. The caller resolves them.
 * @param filter the application's own rule; by default every endpoint passes
 * @param policy which endpoints, and how calls spread over zones, or null for that of the discovery
 *     (default)
 * @param strategy which endpoint inside a zone, or null for that of the discovery (default)
 * @param weight what an endpoint can take beside the others; by default all the same
 * @param health what is done about new endpoints and those that fail, or null for that of the
 *     discovery (default)
 * @param subset about how many endpoints calls go to, 0 for all, or null for as many as the
 *     discovery says (default); see {@link ServiceDiscoveryBuilder#subset}
 * @param fallback where calls go while nothing is known of the Service, because the API server was
 *     never reached since the start, say; null for nowhere (default). A filter is asked about it,
 *     too: an endpoint without labels, zone and node.
 */
public record WatchOptions(
    String protocol,
    @Nullable AddressType family,
    boolean hostNames,
    EndpointFilter filter,
    @Nullable TopologyPolicy policy,
    @Nullable PickStrategy strategy,
    EndpointWeight weight,
    @Nullable HealthOptions health,
    @Nullable Integer subset,
    @Nullable FallbackAuthority fallback) {

  /** TCP, no host names, no filter, equal weights, and everything else as the discovery has it. */
  public static final WatchOptions DEFAULTS =
      new WatchOptions(
          "TCP",
          null,
          false,
          EndpointFilter.ALL,
          null,
          null,
          EndpointWeight.EQUAL,
          null,
          null,
          null);

  public WatchOptions {
    requireNonNull(protocol, "protocol");
    requireNonNull(filter, "filter");
    requireNonNull(weight, "weight");
    if (!List.of("TCP", "UDP", "SCTP").contains(protocol)) {
      throw new IllegalArgumentException("protocol: " + protocol + " (expected: TCP, UDP or SCTP)");
    }
    if (family != null && family != AddressType.IPV4 && family != AddressType.IPV6) {
      throw new IllegalArgumentException("family: " + family + " (expected: IPV4 or IPV6)");
    }
    if (subset != null) {
      Checks.requireSubset(subset);
    }
  }

  /** Returns these options with another protocol. */
  public WatchOptions withProtocol(String protocol) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with another preferred IP family. */
  public WatchOptions withFamily(AddressType family) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with host names allowed or not. */
  public WatchOptions withHostNames(boolean hostNames) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with another filter. */
  public WatchOptions withFilter(EndpointFilter filter) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with another policy. */
  public WatchOptions withPolicy(TopologyPolicy policy) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with another choice inside a zone. */
  public WatchOptions withStrategy(PickStrategy strategy) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with weights. */
  public WatchOptions withWeight(EndpointWeight weight) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with other ways with new and failing endpoints. */
  public WatchOptions withHealth(HealthOptions health) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with about so many endpoints to call, 0 for all. */
  public WatchOptions withSubset(int subset) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }

  /** Returns these options with a place to call while nothing is known of the Service. */
  public WatchOptions withFallback(FallbackAuthority fallback) {
    return new WatchOptions(
        protocol, family, hostNames, filter, policy, strategy, weight, health, subset, fallback);
  }
}
