package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** How the calls went: by pod, by zone, and what failed. Thread safe. */
final class Tally {

  private static final int MOST_REASONS = 5;

  private final Map<String, LongAdder> byPod = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> byZone = new ConcurrentHashMap<>();
  private final LongAdder calls = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final Queue<String> reasons = new ConcurrentLinkedQueue<>();

  /** Counts a call that goes to an endpoint. */
  void sent(Endpoint endpoint) {
    calls.increment();
    add(byPod, String.valueOf(endpoint.pod()));
    add(byZone, String.valueOf(endpoint.zone()));
  }

  /** Counts a call that there was no endpoint for. */
  void notSent(String reason) {
    calls.increment();
    failed(reason);
  }

  /** Counts a call that was sent, as failed. */
  void failed(String reason) {
    errors.increment();
    if (reasons.size() < MOST_REASONS) {
      reasons.add(reason);
    }
  }

  private static void add(Map<String, LongAdder> counters, String key) {
    counters.computeIfAbsent(key, unused -> new LongAdder()).increment();
  }

  long calls() {
    return calls.sum();
  }

  long errors() {
    return errors.sum();
  }

  long callsToPod(String pod) {
    LongAdder counter = byPod.get(pod);
    return counter == null ? 0 : counter.sum();
  }

  long callsToZone(String zone) {
    LongAdder counter = byZone.get(zone);
    return counter == null ? 0 : counter.sum();
  }

  /** Returns the percentage of the calls that went to other zones than {@code own}. */
  double crossZone(String own) {
    long sent = byZone.values().stream().mapToLong(LongAdder::sum).sum();
    return sent == 0 ? 0 : 100.0 * (sent - callsToZone(own)) / sent;
  }

  /** Returns why the first calls failed that did. */
  List<String> reasons() {
    return List.copyOf(reasons);
  }
}
