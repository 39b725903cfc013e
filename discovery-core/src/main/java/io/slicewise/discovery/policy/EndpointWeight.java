package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;

/**
 * An application's own statement on how much an endpoint can take, beside the others: by slice
 * label, node or zone, say. An endpoint of weight 2 gets twice the calls of one of weight 1 in its
 * zone, and counts twice in what the zone can take.
 *
 * <p>Called on a discovery thread for every endpoint of every changed slice: it must be quick, pure
 * and must not throw. A weight out of range, or a failure, is logged and the endpoint weighs 1.
 */
@FunctionalInterface
public interface EndpointWeight {

  /** The most that an endpoint may weigh. */
  double MOST = 1_000;

  /** The least that an endpoint may weigh; who should get no calls at all is a filter's matter. */
  double LEAST = 0.001;

  /** Every endpoint weighs the same. */
  EndpointWeight EQUAL = (endpoint, slice) -> 1;

  /** Returns the weight of an endpoint, {@link #LEAST} to {@link #MOST}. */
  double of(Endpoint endpoint, EndpointSlice slice);
}
