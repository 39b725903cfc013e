package io.slicewise.discovery.samples.mesh;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import okhttp3.Response;

/** An application that calls a Service at a steady rate, and counts. Thread safe. */
final class Load implements AutoCloseable {

  private static final int THREADS = 4;
  private static final int CALLS_PER_SECOND = 200;
  private static final int CUSTOMERS = 1_000_000;
  private static final int SECONDS_TO_END = 10;

  /**
   * The calls so far.
   *
   * @param calls whether well or not
   * @param errors those that failed for good
   * @param open those that were answered while the canary was open
   * @param canary those that the canary answered
   * @param zones how many each zone has answered
   */
  record Counts(long calls, long errors, long open, long canary, Map<String, Long> zones) {

    static final Counts NONE = new Counts(0, 0, 0, 0, Map.of());

    /** Returns what is not among earlier ones. */
    Counts since(Counts earlier) {
      Map<String, Long> added = new TreeMap<>();
      zones.forEach((zone, n) -> added.put(zone, n - earlier.zones.getOrDefault(zone, 0L)));
      return new Counts(
          calls - earlier.calls,
          errors - earlier.errors,
          open - earlier.open,
          canary - earlier.canary,
          added);
    }

    /** Returns the percentage that a zone has answered. */
    double share(String zone) {
      long all = zones.values().stream().mapToLong(Long::longValue).sum();
      return percentage(zones.getOrDefault(zone, 0L), all);
    }

    /** Returns the percentage that the canary has answered, of the calls since it was opened. */
    double canaryShare() {
      return percentage(canary, open);
    }

    private static double percentage(long part, long all) {
      return all == 0 ? 0 : 100.0 * part / all;
    }
  }

  private final MeshService checkout;
  private final Canary canary;
  private final RandomGenerator random;
  private final AtomicInteger threads = new AtomicInteger();
  private final ScheduledExecutorService callers =
      Executors.newScheduledThreadPool(THREADS, this::newDaemon);
  private final LongAdder calls = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder open = new LongAdder();
  private final LongAdder byCanary = new LongAdder();
  private final Map<String, LongAdder> zones = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();
  private volatile String seenAs = "";

  /**
   * Creates one that waits for {@link #start}.
   *
   * @param random draws customers; thread safe
   */
  Load(MeshService checkout, Canary canary, RandomGenerator random) {
    this.checkout = checkout;
    this.canary = canary;
    this.random = random;
  }

  private Thread newDaemon(Runnable task) {
    Thread thread = new Thread(task, "mesh-caller-" + threads.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    long period = TimeUnit.SECONDS.toNanos(THREADS) / CALLS_PER_SECOND;
    for (int i = 0; i < THREADS; i++) {
      callers.scheduleAtFixedRate(this::call, i * period / THREADS, period, TimeUnit.NANOSECONDS);
    }
  }

  private void call() {
    boolean wasOpen = canary.share() > 0;
    try (Response response = checkout.get("/orders", "customer-" + random.nextInt(CUSTOMERS))) {
      if (!response.isSuccessful()) {
        throw new IOException("status " + response.code());
      }
      zones
          .computeIfAbsent(response.header(PodServers.ZONE, "none"), unknown -> new LongAdder())
          .increment();
      if (wasOpen) {
        open.increment();
        byCanary.add(Fleet.CANARY.equals(response.header(PodServers.TRACK)) ? 1 : 0);
      }
      seenAs = response.header(PodServers.CERTIFICATE, "");
    } catch (IOException | RuntimeException e) { // which would end the schedule without a word
      if (callers.isShutdown()) {
        return; // interrupted by us
      }
      errors.increment();
      reasons.computeIfAbsent(e.toString(), unknown -> new LongAdder()).increment();
    }
    calls.increment();
  }

  Counts counts() {
    Map<String, Long> sums = new TreeMap<>();
    zones.forEach((zone, count) -> sums.put(zone, count.sum()));
    return new Counts(calls.sum(), errors.sum(), open.sum(), byCanary.sum(), sums);
  }

  /** The certificate that the server of the last call has seen. */
  String seenAs() {
    return seenAs;
  }

  /** Why calls failed, and how often. */
  Map<String, LongAdder> reasons() {
    return reasons;
  }

  /** Ends; calls under way are waited for. */
  @Override
  public void close() throws InterruptedException {
    callers.shutdown();
    if (!callers.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
      callers.shutdownNow();
    }
  }
}
