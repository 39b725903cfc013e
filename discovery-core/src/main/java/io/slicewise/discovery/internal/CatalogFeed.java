package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.SliceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/**
 * Follows which Services a namespace has, by one stream of the metadata of all its slices. Confined
 * to the namespace's writer, except where noted.
 *
 * <p>A Service whose slices are made anew is without any for a moment. Names that come and go
 * therefore wait for a {@link SettleWindow}; the first complete list is told at once.
 */
final class CatalogFeed implements StreamListener {

  private final StreamContext context;
  private final Duration connectJitter;
  private final Reflector stream;
  private final CatalogStore store = new CatalogStore();
  private final SettleWindow settle;
  private final Timer opening;
  private final Timer linger;
  private final List<CatalogLease> leases = new ArrayList<>();
  private boolean begun;
  private boolean closed;
  private boolean listed;
  private volatile Catalog published = Catalog.PENDING;

  /**
   * Creates a feed that follows nothing yet.
   *
   * @param connectJitter the stream opens after a random part of this
   */
  CatalogFeed(StreamContext context, Duration connectJitter) {
    this.context = context.ofMetadata();
    this.connectJitter = connectJitter;
    this.stream = new Reflector(this.context, this, Collections.emptySortedSet(), null);
    this.settle = new SettleWindow(context, this::publishNames);
    this.opening = context.newTimer();
    this.linger = context.newTimer();
  }

  /** The last word; from any thread. */
  Catalog published() {
    return published;
  }

  /** Tells a lease from now on; the first one opens the stream. */
  void attach(CatalogLease lease) {
    if (closed || lease.isClosed()) {
      return;
    }
    leases.add(lease);
    lease.publish(published);
    if (!begun) {
      begun = true;
      opening.set(context.environment().jitteredBy(Duration.ZERO, connectJitter), stream::begin);
    }
  }

  /**
   * Tells a lease nothing any more.
   *
   * @param delay how long until {@code check}, unless that is asked for again in the meantime
   */
  void detach(CatalogLease lease, Duration delay, Runnable check) {
    leases.remove(lease);
    linger.set(delay, check);
  }

  /** Ends a feed that nobody holds any more. */
  void retire() {
    stream.retire("nobody follows its Services any more");
    close();
  }

  /** Ends the feed for good. */
  void close() {
    closed = true;
    opening.cancel();
    linger.cancel();
    settle.cancel();
    stream.close();
    store.clear();
    leases.clear();
  }

  @Override
  public void onReplaced(Reflector stream, Collection<EndpointSlice> slices) {
    store.replace(slices);
    if (listed) {
      settle.changed();
    } else {
      listed = true;
      publishNames();
    }
  }

  @Override
  public void onChanged(Reflector stream, List<SliceEvent> events) {
    boolean changed = false;
    for (SliceEvent event : events) {
      EndpointSlice slice = event.slice();
      if (slice != null) {
        changed |=
            event.type() == SliceEvent.Type.DELETED ? store.delete(slice.name()) : store.put(slice);
      }
    }
    if (changed) {
      settle.changed();
    }
  }

  @Override
  public void onHealth(Reflector stream) {
    publish(published.services());
  }

  @Override
  public boolean onRotation(Reflector stream) {
    return false;
  }

  private void publishNames() {
    SortedSet<String> names = store.services();
    publish(names.equals(published.services()) ? published.services() : names);
  }

  private void publish(SortedSet<String> services) {
    Health health = stream.health();
    Catalog next;
    if (listed) {
      boolean stale = health.state() == Health.State.STALE;
      next = new Catalog(services, stale ? SyncState.STALE : SyncState.SYNCED, health.problem());
    } else {
      String problem = health.problem();
      next = problem == null ? Catalog.PENDING : new Catalog(services, SyncState.PENDING, problem);
    }
    published = next;
    leases.forEach(lease -> lease.publish(next));
  }
}
