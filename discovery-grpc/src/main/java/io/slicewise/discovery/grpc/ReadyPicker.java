package io.slicewise.discovery.grpc;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.health.Ejector;
import io.slicewise.discovery.model.Endpoint;
import java.util.Map;

/** Picks among the connections that are ready: the zone by its share, then inside it. */
final class ReadyPicker extends SubchannelPicker {

  private final Picker<Backend> picker;
  private final Ejector ejector;
  private final Map<Endpoint, Backend> onTrial;

  /**
   * Creates a picker.
   *
   * @param onTrial those that were ejected and have a connection
   */
  ReadyPicker(Picker<Backend> picker, Ejector ejector, Map<Endpoint, Backend> onTrial) {
    this.picker = picker;
    this.ejector = ejector;
    this.onTrial = onTrial;
  }

  @Override
  public PickResult pickSubchannel(PickSubchannelArgs args) {
    if (!onTrial.isEmpty()) {
      Ejector.Probe probe = ejector.probe(onTrial::containsKey);
      Backend backend = probe == null ? null : onTrial.get(probe.endpoint());
      if (probe != null && backend != null) {
        return backend.probe(probe.listener());
      }
    }
    return picker.pick().result();
  }

  @Override
  public String toString() {
    return "ReadyPicker";
  }
}
