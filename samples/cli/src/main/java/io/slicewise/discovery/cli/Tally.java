package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How the calls went: by pod, between zones, and what failed. Thread safe. */
final class Tally {

  private static final int MOST_REASONS = 5;

  private final Map<String, LongAdder> byPod = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> from = new ConcurrentHashMap<>(); // by zone, as those below
  private final Map<String, LongAdder> stayed = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> to = new ConcurrentHashMap<>();
  private final DoubleAdder plan = new DoubleAdder();
  private final DoubleAdder optimum = new DoubleAdder();
  private final DoubleAdder uniform = new DoubleAdder();
  private final LongAdder calls = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final Queue<String> reasons = new ConcurrentLinkedQueue<>();

  /** Counts a call from a zone to an endpoint, and how likely it was to leave the zone. */
  void sent(String zone, Endpoint endpoint, Crossing expected) {
    calls.increment();
    add(byPod, String.valueOf(endpoint.pod()));
    add(from, zone);
    add(to, String.valueOf(endpoint.zone()));
    if (zone.equals(endpoint.zone())) {
      add(stayed, zone);
    }
    plan.add(expected.plan());
    optimum.add(expected.optimum());
    uniform.add(expected.uniform());
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

  private static long count(Map<String, LongAdder> counters, String key) {
    LongAdder counter = counters.get(key);
    return counter == null ? 0 : counter.sum();
  }

  long callsToPod(String pod) {
    return count(byPod, pod);
  }

  /** Returns all calls so far; while calls are counted the numbers may differ by those. */
  Traffic traffic() {
    TreeSet<String> names = new TreeSet<>(from.keySet());
    names.addAll(to.keySet());
    Map<String, Traffic.Zone> zones = new TreeMap<>();
    for (String name : names) {
      long home = count(stayed, name); // first: it must not be more than the others
      zones.put(name, new Traffic.Zone(count(from, name), home, count(to, name)));
    }
    return new Traffic(
        calls.sum(), errors.sum(), zones, new Crossing(plan.sum(), optimum.sum(), uniform.sum()));
  }

  /** Returns why the first calls failed that did. */
  List<String> reasons() {
    return List.copyOf(reasons);
  }
}
