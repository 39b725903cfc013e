package io.slicewise.discovery.chaos;

import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.util.SortedSet;

/**
 * Counts the views that were published and the streams that are open, and wakes who waits for the
 * next view. Thread safe.
 */
final class Signal implements DiscoveryObserver {

  private long views; // guarded by this, as is the other one
  private int streams;

  @Override
  public synchronized void onPublished(ServiceView view) {
    views++;
    notifyAll();
  }

  @Override
  public synchronized void onStreamOpened(String namespace, SortedSet<String> services) {
    streams++;
  }

  @Override
  public synchronized void onStreamEnded(String namespace, String reason, Duration lived) {
    streams--;
  }

  /** The streams that are open as far as discovery has noticed. */
  synchronized int streams() {
    return streams;
  }

  synchronized long views() {
    return views;
  }

  /** Waits until there are more views than were seen, but no longer than the limit. */
  synchronized void awaitMoreThan(long seen, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos(); views <= seen && left > 0; left = end - System.nanoTime()) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
  }
}
