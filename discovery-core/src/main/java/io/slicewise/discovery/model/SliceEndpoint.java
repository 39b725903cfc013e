package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as a slice lists it: an address without a port.
 *
 * <p>The pod's UID is two longs, not a string: it is the longest text of an endpoint and is only
 * ever compared.
 *
 * @param address the first address, canonical text; Kubernetes defines no meaning for the others
 * @param conditions the conditions, nil resolved
 * @param hostname the pod's stable host name (StatefulSets behind a headless Service)
 * @param node the node it runs on
 * @param zone the zone of that node
 * @param pod the pod's name
 * @param podUidHigh the upper half of the pod's UID; both halves 0 where there is no UID
 * @param podUidLow the lower half of the pod's UID
 * @param hints the topology hints
 */
public record SliceEndpoint(
    String address,
    Conditions conditions,
    @Nullable String hostname,
    @Nullable String node,
    @Nullable String zone,
    @Nullable String pod,
    long podUidHigh,
    long podUidLow,
    Hints hints) {

  public SliceEndpoint {
    requireNonNull(address, "address");
    requireNonNull(conditions, "conditions");
    requireNonNull(hints, "hints");
  }

  /** Returns the pod's UID, or null where the slice names none. */
  public @Nullable UUID podUid() {
    return (podUidHigh | podUidLow) == 0 ? null : new UUID(podUidHigh, podUidLow);
  }

  boolean samePod(SliceEndpoint other) {
    return podUidHigh == other.podUidHigh && podUidLow == other.podUidLow;
  }
}
