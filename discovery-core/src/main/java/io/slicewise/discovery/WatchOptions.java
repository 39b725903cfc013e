package io.slicewise.discovery;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.policy.EndpointFilter;
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
 */
public record WatchOptions(
    String protocol, @Nullable AddressType family, boolean hostNames, EndpointFilter filter) {

  /** TCP, this machine's IP family, no host names, no filter. */
  public static final WatchOptions DEFAULTS =
      new WatchOptions("TCP", null, false, EndpointFilter.ALL);

  public WatchOptions {
    requireNonNull(protocol, "protocol");
    requireNonNull(filter, "filter");
    if (!List.of("TCP", "UDP", "SCTP").contains(protocol)) {
      throw new IllegalArgumentException("protocol: " + protocol + " (expected: TCP, UDP or SCTP)");
    }
    if (family != null && family != AddressType.IPV4 && family != AddressType.IPV6) {
      throw new IllegalArgumentException("family: " + family + " (expected: IPV4 or IPV6)");
    }
  }

  /** Returns these options with another protocol. */
  public WatchOptions withProtocol(String protocol) {
    return new WatchOptions(protocol, family, hostNames, filter);
  }

  /** Returns these options with another preferred IP family. */
  public WatchOptions withFamily(AddressType family) {
    return new WatchOptions(protocol, family, hostNames, filter);
  }

  /** Returns these options with host names allowed or not. */
  public WatchOptions withHostNames(boolean hostNames) {
    return new WatchOptions(protocol, family, hostNames, filter);
  }

  /** Returns these options with another filter. */
  public WatchOptions withFilter(EndpointFilter filter) {
    return new WatchOptions(protocol, family, hostNames, filter);
  }
}
