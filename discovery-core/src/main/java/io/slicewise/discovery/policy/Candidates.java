package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a target, each place once, grouped by the slices that list them.
 *
 * @param slices the slices, in the order of their names
 * @param endpoints the endpoints of the first slice, then those of the second, and so on
 * @param ends for each slice the index behind its last endpoint
 * @param patch how these came from the candidates before them by a change of few, or null where
 *     they were put together anew
 */
public record Candidates(
    List<EndpointSlice> slices, List<Endpoint> endpoints, int[] ends, @Nullable Patch patch) {

  /** Nothing at all. */
  public static final Candidates NONE = new Candidates(List.of(), List.of(), new int[0], null);

  /**
   * A change of the content of some endpoints, all else being the same.
   *
   * @param before the endpoints before the change
   * @param indices which of them changed, ascending
   */
  public record Patch(List<Endpoint> before, int[] indices) {}

  /** Returns these candidates with the content of some endpoints changed. */
  public Candidates with(List<Endpoint> changed, int[] indices) {
    return new Candidates(slices, List.copyOf(changed), ends, new Patch(endpoints, indices));
  }

  /** Returns the slice that lists the endpoint at an index. */
  EndpointSlice sliceOf(int index) {
    int slice = 0;
    while (ends[slice] <= index) {
      slice++;
    }
    return slices.get(slice);
  }
}
