package io.slicewise.discovery.chaos;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.time.Duration;
import java.util.Random;

/**
 * How the server of a run is: chosen by the seed, and the same in every replay.
 *
 * @param bookmarks whether there are any within the run
 * @param history the events that the server remembers
 * @param haste how many times sooner discovery's long timers end, see {@link HastyScheduler}
 */
record Setting(
    long seed, boolean http2, boolean watchList, boolean bookmarks, int history, int haste) {

  static Setting of(long seed, int haste) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L); // neighbours begin alike otherwise
    return new Setting(
        seed,
        seed % 2 == 0,
        random.nextInt(4) > 0,
        random.nextBoolean(),
        random.nextBoolean() ? 40 : 1_000,
        haste);
  }

  EmbeddedApiServer start() {
    return EmbeddedApiServer.builder()
        .http2(http2)
        .watchList(watchList)
        .bookmarkInterval(bookmarks ? Duration.ofMillis(300) : Duration.ofHours(1))
        .historySize(history)
        .seed(seed)
        .start();
  }
}
