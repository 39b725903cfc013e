package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Every view that discovery publishes, in order, on its way from discovery's writers, which must
 * not wait, to the thread that prints. A reader far behind loses the oldest.
 */
final class ViewFeed implements DiscoveryObserver {

  /** A view and when it was published. */
  record Published(ServiceView view, Instant at) {}

  private static final int MOST = 10_000;

  private final LinkedBlockingDeque<Published> waiting = new LinkedBlockingDeque<>(MOST);
  private final InstantSource clock;

  ViewFeed(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void onPublished(ServiceView view) {
    Published published = new Published(view, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    while (!waiting.offerLast(published)) {
      Published unused = waiting.pollFirst();
    }
  }

  /** Returns the next view, or null if none is published in time. */
  @Nullable Published next(Duration timeout) throws InterruptedException {
    return waiting.pollFirst(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
