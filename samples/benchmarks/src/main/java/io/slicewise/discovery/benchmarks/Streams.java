package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the streams that are open. */
final class Streams implements DiscoveryObserver {

  private final AtomicInteger open = new AtomicInteger();

  int open() {
    return open.get();
  }

  @Override
  public void onStreamOpened(String namespace, SortedSet<String> services) {
    open.incrementAndGet();
  }

  @Override
  public void onStreamEnded(String namespace, String reason, Duration lived) {
    open.decrementAndGet();
  }
}
