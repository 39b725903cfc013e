package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import java.util.List;

/**
 * The endpoints of a target, each place once, grouped by the slices that list them.
 *
 * @param slices the slices, in the order of their names
 * @param endpoints the endpoints of the first slice, then those of the second, and so on
 * @param ends for each slice the index behind its last endpoint
 */
public record Candidates(List<EndpointSlice> slices, List<Endpoint> endpoints, int[] ends) {

  /** Nothing at all. */
  public static final Candidates NONE = new Candidates(List.of(), List.of(), new int[0]);
}
