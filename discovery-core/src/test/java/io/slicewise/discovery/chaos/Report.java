package io.slicewise.discovery.chaos;

import java.time.Duration;
import java.util.List;

/** What a run was. */
record Report(
    Setting setting,
    int operations,
    int faults,
    long picks,
    long views,
    List<Duration> afterCalm,
    List<Duration> afterStorm,
    Duration stalest,
    Footprint first,
    Footprint last) {

  private static final long REQUIRED_MILLIS = 1_000;

  private static String quantiles(List<Duration> convergences) {
    List<Long> sorted = convergences.stream().map(Duration::toMillis).sorted().toList();
    if (sorted.isEmpty()) {
      return "none";
    }
    return String.format(
        "%d times p50=%d p99=%d max=%d ms, %d of them over the second that is required",
        sorted.size(),
        at(sorted, 0.5),
        at(sorted, 0.99),
        at(sorted, 1),
        sorted.stream().filter(millis -> millis > REQUIRED_MILLIS).count());
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.get((int) Math.max(0, Math.ceil(share * sorted.size()) - 1));
  }

  @Override
  public String toString() {
    return String.format(
        "%s%nviews equal to the truth in quiet: %s; in quiet after faults: %s%n"
            + "gone endpoints picked for %d ms at most while the server was well%n"
            + "CHAOS seed=%d operations=%d faults=%d picks=%d views=%d divergences=0"
            + " threads=%d->%d sockets=%d->%d heap=%d->%dMB",
        setting,
        quantiles(afterCalm),
        quantiles(afterStorm),
        stalest.toMillis(),
        setting.seed(),
        operations,
        faults,
        picks,
        views,
        first.threads(),
        last.threads(),
        first.sockets(),
        last.sockets(),
        first.heap(),
        last.heap());
  }
}
