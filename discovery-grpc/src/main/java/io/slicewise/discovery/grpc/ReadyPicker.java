package io.slicewise.discovery.grpc;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.health.Ejector;
import io.slicewise.discovery.model.Endpoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Picks among the connections that are ready: the zone by its share, then inside it. Each attempt
 * of a call goes to an endpoint that none before it went to, as long as there is one.
 */
final class ReadyPicker extends SubchannelPicker {

  /** How often another endpoint is drawn by the shares before any other will do. */
  private static final int DRAWS = 8;

  private final Picker<PickResult> picker;
  private final List<EndpointCalls> ready;
  private final RandomSource random;
  private final Ejector ejector;
  private final Map<Endpoint, Backend> onTrial;

  /**
   * Creates a picker.
   *
   * @param ready all that may be picked, at least one
   * @param onTrial those that were ejected and have a connection
   */
  ReadyPicker(
      Picker<PickResult> picker,
      List<EndpointCalls> ready,
      RandomSource random,
      Ejector ejector,
      Map<Endpoint, Backend> onTrial) {
    this.picker = picker;
    this.ready = ready;
    this.random = random;
    this.ejector = ejector;
    this.onTrial = onTrial;
  }

  @Override
  public PickResult pickSubchannel(PickSubchannelArgs args) {
    Attempts attempts = Attempts.of(args.getCallOptions());
    if (!onTrial.isEmpty() && (attempts == null || attempts.isEmpty())) {
      PickResult probe = probe(attempts);
      if (probe != null) {
        return probe;
      }
    }
    return attempts == null ? picker.pick() : pick(attempts);
  }

  private @Nullable PickResult probe(@Nullable Attempts attempts) {
    Ejector.Probe probe = ejector.probe(onTrial::containsKey);
    Backend backend = probe == null ? null : onTrial.get(probe.endpoint());
    if (probe == null || backend == null) {
      return null;
    }
    if (attempts != null) {
      attempts.take(probe.endpoint());
    }
    return backend.probe(probe.listener());
  }

  private PickResult pick(Attempts attempts) {
    for (int i = 0; i < DRAWS; i++) {
      PickResult drawn = picker.pick();
      if (attempts.take(EndpointCalls.of(drawn).endpoint())) {
        return drawn;
      }
    }
    int from = Math.floorMod(random.nextLong(), ready.size());
    for (int i = 0; i < ready.size(); i++) {
      EndpointCalls other = ready.get((from + i) % ready.size());
      if (attempts.take(other.endpoint())) {
        return other.result();
      }
    }
    return picker.pick(); // all of them were tried
  }

  @Override
  public String toString() {
    return "ReadyPicker";
  }
}
