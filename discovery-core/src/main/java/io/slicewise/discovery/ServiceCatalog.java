package io.slicewise.discovery;

import io.slicewise.discovery.internal.CatalogLease;
import io.slicewise.discovery.model.SyncState;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hold on the catalogue of one namespace: the names of its Services, kept up to date. A Service
 * is listed while at least one EndpointSlice names it, whether or not it has a ready pod; those of
 * type ExternalName have no slices and are not listed. Thread safe. Nothing here waits for the
 * network.
 *
 * <p>Catalogues of the same namespace share one stream, which lingers after the last of them was
 * closed. Losing the API server never takes a name away.
 */
public final class ServiceCatalog implements AutoCloseable {

  private final CatalogLease lease;

  ServiceCatalog(CatalogLease lease) {
    this.lease = lease;
  }

  /** The namespace. */
  public String namespace() {
    return lease.namespace();
  }

  /**
   * The names of the Services as they are known now; empty before the first complete list. An
   * immutable snapshot, by one volatile read.
   */
  public SortedSet<String> services() {
    return lease.services();
  }

  /** How far the names can be trusted to be what the cluster has now. */
  public SyncState state() {
    return lease.state();
  }

  /** What is wrong and what to do about it, in one line, or null if nothing is. */
  public @Nullable String problem() {
    return lease.problem();
  }

  /**
   * Returns a future of the names as they are once there has been a complete list; done already if
   * there was one. It fails with {@link IllegalStateException} if the catalogue is closed before.
   * Actions that depend on it run where listeners do: do not wait for it in one of those.
   */
  public CompletableFuture<SortedSet<String>> whenSynced() {
    return lease.whenSynced();
  }

  /**
   * Has the names told to a listener: as they are, at the first complete list at the earliest, and
   * then each time that one comes or goes. One call at a time, never older names after newer ones;
   * a slow listener skips some. What it throws is logged.
   *
   * @return ends the subscription; no call starts after it was closed
   */
  public ServiceWatch.Subscription subscribe(Consumer<SortedSet<String>> listener) {
    return lease.subscribe(listener)::run;
  }

  /** Lets the catalogue go; it keeps its last names and says CLOSED. Idempotent. */
  @Override
  public void close() {
    lease.close();
  }
}
