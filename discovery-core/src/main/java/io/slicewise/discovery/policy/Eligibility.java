package io.slicewise.discovery.policy;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.OutReason;
import org.jspecify.annotations.Nullable;

/**
 * A target's own terms: what an endpoint must be before anything else is asked of it. The IP family
 * and readiness come next ({@link Ruling}), then the {@link TopologyPolicy}.
 *
 * @param pod the host name that the target names, or null for all pods
 * @param family the preferred IP family; the other one is used when this has no usable endpoint
 * @param hostNames whether FQDN endpoints may be picked
 * @param filter the application's own rule
 */
public record Eligibility(
    @Nullable String pod, AddressType family, boolean hostNames, EndpointFilter filter) {

  public Eligibility {
    requireNonNull(filter, "filter");
    if (family != AddressType.IPV4 && family != AddressType.IPV6) {
      throw new IllegalArgumentException("family: " + family + " (expected: IPV4 or IPV6)");
    }
  }

  /** Returns why the endpoint is out by these terms, or null if it meets them. */
  @Nullable OutReason refusal(Endpoint endpoint, EndpointSlice slice) {
    if (!endpoint.isReadable()) {
      return OutReason.INVALID_ADDRESS;
    }
    if (endpoint.addressType() == AddressType.FQDN && !hostNames) {
      return OutReason.FQDN;
    }
    if (endpoint.port() == 0) {
      return OutReason.NO_SUCH_PORT;
    }
    if (pod != null && !pod.equals(endpoint.hostname())) {
      return OutReason.OTHER_POD;
    }
    return filter.accepts(endpoint, slice) ? null : OutReason.FILTERED;
  }

  /** Whether one of the candidates meets these terms and takes calls, if only as a last resort. */
  public boolean isMetBy(Candidates candidates) {
    for (Candidates.Part part : candidates.parts()) {
      for (Endpoint endpoint : part.endpoints()) {
        if (endpoint.conditions().tier() > 0 && refusal(endpoint, part.slice()) == null) {
          return true;
        }
      }
    }
    return false;
  }
}
