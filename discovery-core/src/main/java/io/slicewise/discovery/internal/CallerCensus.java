package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.Candidates;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts the callers of each zone: the ready endpoints of the caller's own Service. Confined to the
 * writer of that Service's namespace.
 *
 * <p>Shares follow the counts by an exponentially weighted mean of 30 s, so that a rollout of the
 * callers does not make the routes flap. That the own zone is not among them is told at once: then
 * they are not to be trusted.
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
  private Map<String, Double> smooth = Map.of();
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
    Map<String, Double> now = shares(said.candidates());
    if (now.isEmpty()) {
      timer.cancel();
      smooth = Map.of();
      counted = now;
      self.callers(Callers.unknown(source + " has no ready endpoint with a zone"));
      return;
    }
    if (smooth.isEmpty()) {
      smooth = now;
      smoothedAt = environment.now();
    } else {
      smooth(); // up to now by the old counts
    }
    counted = now;
    tell();
  }

  @Override
  public void close() {
    timer.cancel();
  }

  private void tell() {
    String own = self.place().zone();
    boolean trusted = own == null || counted.getOrDefault(own, 0.0) > 0;
    self.callers(new Callers(trusted ? smooth : counted, source));
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
    TreeSet<String> zones = new TreeSet<>(counted.keySet());
    zones.addAll(smooth.keySet());
    Map<String, Double> next = new TreeMap<>();
    double farthest = 0;
    for (String zone : zones) {
      double target = counted.getOrDefault(zone, 0.0);
      double last = smooth.getOrDefault(zone, 0.0);
      next.put(zone, last + (target - last) * weight);
      farthest = Math.max(farthest, Math.abs(target - next.get(zone)));
    }
    smooth = farthest < NEAR_ENOUGH ? counted : next;
  }

  private static Map<String, Double> shares(Candidates candidates) {
    Map<String, Integer> v4 = new HashMap<>();
    Map<String, Integer> v6 = new HashMap<>();
    for (Candidates.Part part : candidates.parts()) {
      for (Endpoint endpoint : part.endpoints()) {
        String zone = endpoint.zone();
        if (zone != null && endpoint.conditions().tier() == 1) {
          (endpoint.addressType() == AddressType.IPV6 ? v6 : v4).merge(zone, 1, Integer::sum);
        }
      }
    }
    Map<String, Integer> counts = v4.isEmpty() ? v6 : v4; // a pod of both families counts once
    double all = counts.values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Double> shares = new TreeMap<>();
    counts.forEach((zone, count) -> shares.put(zone, count / all));
    return shares;
  }
}
