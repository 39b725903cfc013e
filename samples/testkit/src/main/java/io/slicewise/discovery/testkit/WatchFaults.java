package io.slicewise.discovery.testkit;

import java.time.Duration;

/** The armed faults that a watch meets. Thread safe. */
final class WatchFaults {

  private Duration eventDelay = Duration.ZERO; // guarded by this, as is all below
  private int closeAtOnce;
  private int cutWatchList;

  synchronized Duration eventDelay() {
    return eventDelay;
  }

  synchronized void delayEvents(Duration delay) {
    eventDelay = delay;
  }

  synchronized void closeAtOnce(int times) {
    closeAtOnce = times;
  }

  synchronized boolean takeCloseAtOnce() {
    return closeAtOnce > 0 && closeAtOnce-- > 0;
  }

  synchronized void cutWatchList(int times) {
    cutWatchList = times;
  }

  synchronized boolean takeCutWatchList() {
    return cutWatchList > 0 && cutWatchList-- > 0;
  }

  synchronized void clear() {
    eventDelay = Duration.ZERO;
    closeAtOnce = 0;
    cutWatchList = 0;
  }
}
