package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import org.jspecify.annotations.Nullable;

/**
 * Which IP family and which readiness tier take the calls of a target.
 *
 * <p>Readiness follows kube-proxy (KEP-1669): the ready endpoints; if there are none, those that
 * still serve while they terminate; nothing else, ever.
 *
 * @param unwanted the IP family that takes none, or null where both may
 * @param tier 1, 2, or 0 where nobody can take any
 */
record Ruling(@Nullable AddressType unwanted, int tier) {

  /** Returns why an endpoint that meets the target's own terms is out, or null if it is not. */
  @Nullable OutReason refusal(Endpoint endpoint) {
    if (endpoint.addressType() == unwanted) {
      return OutReason.OTHER_FAMILY;
    }
    if (tier == 0 || endpoint.conditions().tier() != tier) {
      return endpoint.conditions().terminating() ? OutReason.TERMINATING : OutReason.NOT_READY;
    }
    return null;
  }
}
