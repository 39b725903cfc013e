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

  /**
   * Returns the verdict on every candidate, at the cost of those that changed where that is enough.
   *
   * @param last the verdicts before
   */
  public Selection select(Candidates candidates, Selection last) {
    Candidates.Patch patch = candidates.patch();
    if (patch != null && patch.before() == last.endpoints()) {
      Selection patched = reselect(candidates, patch.indices(), last);
      if (patched != null) {
        return patched;
      }
    }
    return select(candidates);
  }

  /**
   * Judges changed endpoints alone. Null where that could change the verdict on others: while the
   * ready tier does not rule, or where the last one of its IP family may have left it.
   */
  private @Nullable Selection reselect(Candidates candidates, int[] indices, Selection last) {
    if (last.eligible().isEmpty() || last.eligible().get(0).conditions().tier() != 1) {
      return null;
    }
    @Nullable OutReason[] outs = last.outs();
    AddressType ruling = null;
    for (int index : indices) {
      Endpoint endpoint = candidates.endpoints().get(index);
      OutReason was = outs[index];
      boolean byTier = was == null || was == OutReason.NOT_READY || was == OutReason.TERMINATING;
      boolean entered = was != null && endpoint.conditions().tier() == 1;
      boolean otherFamily = ruling != null && ruling != endpoint.addressType();
      if (!byTier || entered || otherFamily) {
        return null;
      }
      ruling = endpoint.addressType();
      outs[index] = ownTerms(endpoint, candidates.sliceOf(index));
      if (outs[index] == null && endpoint.conditions().tier() != 1) {
        outs[index] = outOfTier(endpoint);
      }
    }
    Selection next = Selection.of(candidates.endpoints(), outs);
    boolean stillRules =
        !next.eligible().isEmpty() && next.eligible().get(0).addressType() == ruling;
    return stillRules ? next : null;
  }

  /** Returns the verdict on every candidate. */
  private Selection select(Candidates candidates) {
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
        outs[i] = outOfTier(endpoints.get(i));
      }
    }
  }

  private static OutReason outOfTier(Endpoint endpoint) {
    return endpoint.conditions().terminating() ? OutReason.TERMINATING : OutReason.NOT_READY;
  }
}
