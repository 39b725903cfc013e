package io.slicewise.discovery.internal;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All catalogues that are followed, each by one feed however many leases it has. Thread safe. A
 * feed whose last lease was closed lingers for a while.
 */
final class CatalogRegistry {

  /** A feed and the number of its leases, which only changes inside {@code shared.compute}. */
  private static final class Shared {
    final StreamContext context;
    final CatalogFeed feed;
    int leases;

    Shared(StreamContext context, CatalogFeed feed) {
      this.context = context;
      this.feed = feed;
    }
  }

  private final Duration linger;
  private final Duration connectJitter;
  private final Map<String, Shared> shared = new ConcurrentHashMap<>(); // by namespace
  private final Set<CatalogLease> leases = ConcurrentHashMap.newKeySet();

  CatalogRegistry(Duration linger, Duration connectJitter) {
    this.linger = linger;
    this.connectJitter = connectJitter;
  }

  /** Returns a hold on the catalogue of the context's namespace. */
  CatalogLease acquire(StreamContext context) {
    String namespace = context.namespace();
    Shared hold =
        shared.compute(
            namespace,
            (n, known) -> {
              Shared now =
                  known == null
                      ? new Shared(context, new CatalogFeed(context, connectJitter))
                      : known;
              now.leases++;
              return now;
            });
    CatalogLease lease =
        new CatalogLease(
            namespace,
            hold.feed.published(),
            context.environment().listeners(),
            closing -> release(hold, closing));
    leases.add(lease);
    context.writer().execute(() -> hold.feed.attach(lease));
    return lease;
  }

  private void release(Shared hold, CatalogLease lease) {
    leases.remove(lease);
    shared.computeIfPresent(
        hold.context.namespace(),
        (n, now) -> {
          now.leases -= now == hold ? 1 : 0;
          return now;
        });
    hold.context.writer().execute(() -> hold.feed.detach(lease, linger, () -> retire(hold)));
  }

  /** Ends a feed unless somebody came back. */
  private void retire(Shared hold) {
    shared.computeIfPresent(
        hold.context.namespace(),
        (n, now) -> {
          if (now != hold || now.leases > 0) {
            return now;
          }
          hold.context.writer().execute(hold.feed::retire);
          return null;
        });
  }

  /** Ends everything: leases now, streams once the writers come to it. */
  void close() {
    leases.forEach(CatalogLease::close);
    shared.values().forEach(hold -> hold.context.writer().execute(hold.feed::close));
  }
}
