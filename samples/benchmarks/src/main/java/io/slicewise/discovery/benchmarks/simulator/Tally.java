package io.slicewise.discovery.benchmarks.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is counted in a run, from the end of its warm-up on. */
final class Tally {

  static final double WINDOW_SECONDS = 10;

  private final long from;
  private final int wholeWindows;
  private final List<String> zones;
  private final List<long[]> windows = new ArrayList<>(); // for each, the calls to each zone
  private final Map<Pod, long[]> byPod = new HashMap<>(); // for each, one number of calls
  private final Histogram queue = new Histogram(1);
  private final Histogram latency = new Histogram(0.1);
  private final List<Result.Moment> moments = new ArrayList<>();
  private final List<Long> failures = new ArrayList<>(); // when each of them was sent
  private long calls;
  private long crossing;

  Tally(Story story, List<String> zones) {
    this.from = (long) (story.from() * Agenda.SECOND);
    this.wholeWindows = (int) ((story.to() - story.from()) / WINDOW_SECONDS);
    this.zones = zones;
  }

  /** A call goes out, wherever it may end. */
  void sent(String zone, Pod pod, long now) {
    if (now < from) {
      return;
    }
    int window = (int) ((now - from) / (WINDOW_SECONDS * Agenda.SECOND));
    while (windows.size() <= window) {
      windows.add(new long[zones.size()]);
    }
    windows.get(window)[zones.indexOf(pod.zone())]++;
    byPod.computeIfAbsent(pod, one -> new long[1])[0]++;
    calls++;
    crossing += pod.zone().equals(zone) ? 0 : 1;
  }

  /** A call has met so many others before it. */
  void found(int others, long now) {
    if (now >= from) {
      queue.add(others);
    }
  }

  /** A call was answered after so many service times. */
  void answered(long sentAt, double serviceTimes) {
    if (sentAt >= from) {
      latency.add(serviceTimes);
    }
  }

  /** A call that is sent, or under way, now will not be answered. */
  void failed(long now) {
    failures.add(now);
  }

  void at(Result.Moment moment) {
    moments.add(moment);
  }

  /**
   * Returns the numbers.
   *
   * @param capacities the part of all endpoints that each zone has
   * @param endpoints how many endpoints there are
   */
  Result result(double[] capacities, int endpoints, long seed) {
    int whole = Math.min(wholeWindows, windows.size());
    long[][] complete = windows.subList(0, whole).toArray(long[][]::new);
    long[] byZone = new long[zones.size()];
    windows.forEach(
        window -> {
          for (int zone = 0; zone < byZone.length; zone++) {
            byZone[zone] += window[zone];
          }
        });
    long busiest = byPod.values().stream().mapToLong(each -> each[0]).max().orElse(0);
    return new Result(
        calls,
        (double) crossing / calls,
        busiest * (double) endpoints / calls,
        Swing.fullest(byZone, capacities),
        Swing.beyondChance(complete, capacities, seed),
        queue.quantile(0.99),
        latency.quantile(0.99),
        moments,
        failures.stream().map(at -> (double) at / Agenda.SECOND).toList());
  }
}
