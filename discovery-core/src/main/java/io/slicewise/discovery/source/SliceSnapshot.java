package io.slicewise.discovery.source;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a process knows of the Services that it follows.
 *
 * @param services each Service with what is known of it
 */
public record SliceSnapshot(Map<ServiceId, Saved> services) {

  public SliceSnapshot {
    services = Map.copyOf(services);
  }

  /**
   * One Service.
   *
   * @param asOf when the API server last vouched for it
   * @param slices all its slices, possibly none
   */
  public record Saved(Instant asOf, List<EndpointSlice> slices) {

    public Saved {
      requireNonNull(asOf, "asOf");
      slices = List.copyOf(slices);
    }
  }
}
