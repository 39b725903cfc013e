package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;

/**
 * An application's own rule on which endpoints it wants, applied before any policy: by slice label,
 * host name, node, zone or conditions.
 *
 * <p>Called on a discovery thread for every endpoint of every update: it must be quick, pure and
 * must not throw. One that throws is logged, and the endpoint passes.
 */
@FunctionalInterface
public interface EndpointFilter {

  /** Accepts every endpoint. */
  EndpointFilter ALL = (endpoint, slice) -> true;

  /** Whether the endpoint, which {@code slice} lists, may be picked. */
  boolean accepts(Endpoint endpoint, EndpointSlice slice);
}
