package io.slicewise.discovery.policy;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules on who may be picked, in their order: the target's own terms (port, pod, readable
 * address), the application's filter, the IP family, then the readiness tiers.
 *
 * <p>Readiness follows kube-proxy (KEP-1669): the ready endpoints; if there are none, those that
 * still serve while they terminate; nothing else, ever.
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

  /** Returns the verdict on every candidate. */
  public Selection select(Candidates candidates) {
    List<Endpoint> endpoints = candidates.endpoints();
    @Nullable OutReason[] outs = new OutReason[endpoints.size()];
    int next = 0;
    for (int s = 0; s < candidates.slices().size(); s++) {
      EndpointSlice slice = candidates.slices().get(s);
      for (; next < candidates.ends()[s]; next++) {
        outs[next] = ownTerms(endpoints.get(next), slice);
      }
    }
    keepOneFamily(endpoints, outs);
    keepOneTier(endpoints, outs);
    return Selection.of(endpoints, outs);
  }

  private @Nullable OutReason ownTerms(Endpoint endpoint, EndpointSlice slice) {
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

  private void keepOneFamily(List<Endpoint> endpoints, @Nullable OutReason[] outs) {
    AddressType other = family == AddressType.IPV4 ? AddressType.IPV6 : AddressType.IPV4;
    boolean preferredUsable = false;
    boolean otherUsable = false;
    for (int i = 0; i < outs.length; i++) {
      if (outs[i] == null && endpoints.get(i).conditions().tier() > 0) {
        preferredUsable |= endpoints.get(i).addressType() == family;
        otherUsable |= endpoints.get(i).addressType() == other;
      }
    }
    if (!preferredUsable && !otherUsable) {
      return; // that none is ready is what counts, not the family
    }
    AddressType unwanted = preferredUsable ? other : family;
    for (int i = 0; i < outs.length; i++) {
      if (outs[i] == null && endpoints.get(i).addressType() == unwanted) {
        outs[i] = OutReason.OTHER_FAMILY;
      }
    }
  }

  private static void keepOneTier(List<Endpoint> endpoints, @Nullable OutReason[] outs) {
    int best = 0;
    for (int i = 0; i < outs.length && best != 1; i++) {
      int tier = outs[i] == null ? endpoints.get(i).conditions().tier() : 0;
      best = tier == 0 ? best : tier;
    }
    for (int i = 0; i < outs.length; i++) {
      if (outs[i] == null && (best == 0 || endpoints.get(i).conditions().tier() != best)) {
        outs[i] =
            endpoints.get(i).conditions().terminating()
                ? OutReason.TERMINATING
                : OutReason.NOT_READY;
      }
    }
  }
}
