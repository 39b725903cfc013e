package io.slicewise.discovery.internal;

import java.time.Duration;

/**
 * Holds a change back until things have been quiet for 50 ms, 500 ms at most: slices are written
 * one by one, and what lies between two writes nobody need hear of. Confined to the writer.
 */
final class SettleWindow {

  private static final Duration QUIET = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private final Environment environment;
  private final Timer timer;
  private final Runnable onSettled;
  private long firstChangeAt; // of those that wait, if any do

  SettleWindow(StreamContext context, Runnable onSettled) {
    this.environment = context.environment();
    this.timer = context.newTimer();
    this.onSettled = onSettled;
  }

  /** Notes a change. */
  void changed() {
    long now = environment.now();
    if (!timer.isSet()) {
      firstChangeAt = now;
    }
    long longest = firstChangeAt + LONGEST_WAIT.toNanos() - now;
    timer.set(Duration.ofNanos(Math.min(QUIET.toNanos(), longest)), onSettled);
  }

  /** Forgets what waits. */
  void cancel() {
    timer.cancel();
  }
}
