package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.Candidates;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the callers of each zone: the ready endpoints of the caller's own Service. Confined to the
 * writer of that Service's namespace.
 *
 * <p>Counts are followed by an exponentially weighted mean of 30 s, so that a rollout of the
 * callers does not make the routes flap. A zone in which nobody is left is dropped at once: whoever
 * still reckoned with its calls would leave room for them, and overload its own zone meanwhile.
 */
final class CallerCensus implements Audience {

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final double DECAY_SECONDS = 30;
  private static final double NEAR_ENOUGH = 0.001;

  private final String source;
  private final Self self;
  private final Environment environment;
  private final Timer timer;
  private Map<String, Double> counted = Map.of();
  private Map<String, Double> smooth = new TreeMap<>();
  private long smoothedAt;

  CallerCensus(ServiceId service, String how, Self self, StreamContext context) {
    this.source = "Service " + service + how;
    this.self = self;
    this.environment = context.environment();
    this.timer = context.newTimer();
  }

  @Override
  public void publish(Published said) {
    if (said.state() == SyncState.PENDING) {
      self.callers(Callers.unknown(source + " is not known yet"));
      return;
    }
    Map<String, Double> now = count(said.candidates());
    if (now.isEmpty()) {
      timer.cancel();
      smooth = new TreeMap<>();
      counted = now;
      self.callers(Callers.unknown(source + " has no ready endpoint with a zone"));
      return;
    }
    if (smooth.isEmpty()) {
      smooth = new TreeMap<>(now);
      smoothedAt = environment.now();
    } else {
      smooth(); // up to now by the old counts
      smooth.keySet().retainAll(now.keySet());
    }
    counted = now;
    tell();
  }

  @Override
  public void close() {
    timer.cancel();
  }

  private void tell() {
    self.callers(new Callers(smooth, source));
    if (!smooth.equals(counted)) {
      timer.set(
          TICK,
          () -> {
            smooth();
            tell();
          });
    }
  }

  private void smooth() {
    long now = environment.now();
    double seconds = (now - smoothedAt) / 1e9;
    smoothedAt = now;
    double weight = 1 - Math.exp(-seconds / DECAY_SECONDS);
    Map<String, Double> next = new TreeMap<>();
    boolean near = true;
    for (Map.Entry<String, Double> zone : counted.entrySet()) {
      double last = smooth.getOrDefault(zone.getKey(), 0.0);
      double mean = last + (zone.getValue() - last) * weight;
      next.put(zone.getKey(), mean);
      near &= Math.abs(zone.getValue() - mean) < NEAR_ENOUGH * zone.getValue();
    }
    smooth = near ? new TreeMap<>(counted) : next;
  }

  private static Map<String, Double> count(Candidates candidates) {
    Map<String, Double> v4 = new TreeMap<>();
    Map<String, Double> v6 = new TreeMap<>();
    for (Candidates.Part part : candidates.parts()) {
      for (Endpoint endpoint : part.endpoints()) {
        String zone = endpoint.zone();
        if (zone != null && !zone.isBlank() && endpoint.conditions().tier() == 1) {
          (endpoint.addressType() == AddressType.IPV6 ? v6 : v4).merge(zone, 1.0, Double::sum);
        }
      }
    }
    return v4.isEmpty() ? v6 : v4; // a pod of both families counts once
  }
}
