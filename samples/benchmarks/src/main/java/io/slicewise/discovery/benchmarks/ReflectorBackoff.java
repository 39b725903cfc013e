package io.slicewise.discovery.benchmarks;

import java.util.List;
import java.util.SplittableRandom;

/**
 * When client-go's reflectors would try again, computed from their backoff: 0.8 s, twice as long
 * each time up to 30 s, and up to as much again at random ({@code
 * wait.NewExponentialBackoffManager(800ms, 30s, 2m, 2.0, 1.0)} in {@code reflector.go}). A refused
 * connection is tried again after that, and with success by one watch.
 */
final class ReflectorBackoff {

  private static final double FIRST_SECONDS = 0.8;
  private static final double MOST_SECONDS = 30;

  private ReflectorBackoff() {}

  static List<Row> rows(int instances, int awaySeconds) {
    SplittableRandom random = new SplittableRandom(1);
    int attempts = 0;
    int most = 0;
    long[] back = new long[instances];
    for (int i = 0; i < instances; i++) {
      double now = 0;
      double wait = FIRST_SECONDS;
      int failed = 0;
      while (now < awaySeconds) {
        failed++;
        now += wait * (1 + random.nextDouble());
        wait = Math.min(MOST_SECONDS, 2 * wait);
      }
      attempts += failed;
      most = Math.max(most, failed);
      back[i] = Math.round((now - awaySeconds) * 1e9);
    }
    Quantiles times = new Quantiles(back);
    String away = "Herd client-go, computed, " + awaySeconds + " s away";
    String returned = "Herd client-go, computed, back";
    return List.of(
        new Row(away, "failed attempts of each, mean", (double) attempts / instances, ""),
        new Row(away, "failed attempts of each, most", most, ""),
        new Row(returned, "to the stream, first", times.millis(0), "ms"),
        new Row(returned, "to the stream, median", times.millis(0.5), "ms"),
        new Row(returned, "to the stream, last", times.millis(1), "ms"),
        new Row(returned, "busiest 100 ms", Herd.busiest(back), "clients"),
        new Row(returned, "requests of each", 1, ""));
  }
}
