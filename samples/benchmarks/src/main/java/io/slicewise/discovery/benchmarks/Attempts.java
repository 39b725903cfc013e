package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what one client tried in vain, and notes when it was let in. */
final class Attempts implements DiscoveryObserver {

  private final AtomicInteger failures = new AtomicInteger();
  private volatile long openedAt = Long.MIN_VALUE;

  int failures() {
    return failures.get();
  }

  /** When a stream was opened last, by {@link System#nanoTime()}. */
  long openedAt() {
    return openedAt;
  }

  void clear() {
    failures.set(0);
  }

  @Override
  public void onStreamOpened(String namespace, SortedSet<String> services) {
    openedAt = System.nanoTime();
  }

  @Override
  public void onFailure(String namespace, String problem, Duration delay) {
    failures.incrementAndGet();
  }
}
