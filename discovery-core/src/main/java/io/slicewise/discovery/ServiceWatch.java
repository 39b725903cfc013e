package io.slicewise.discovery;

import io.slicewise.discovery.balance.HashKey;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.internal.WatchLease;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A hold on one Service: its view, kept up to date, and the choice of an endpoint for each call.
 * Thread safe. Nothing here waits for the network.
 *
 * <p>Watches of the same Service share everything that costs something; opening one twice is cheap,
 * and so is opening one again within the linger time of its close.
 */
public final class ServiceWatch implements AutoCloseable {

  private final WatchLease lease;

  ServiceWatch(WatchLease lease) {
    this.lease = lease;
  }

  /** The target, its namespace filled in. */
  public ServiceTarget target() {
    return lease.view().target();
  }

  /** The Service as it is known now. One volatile read. */
  public ServiceView view() {
    return lease.view();
  }

  /**
   * Returns the endpoint for the next call: the zone by its share, then of two endpoints drawn at
   * random that with fewer calls in flight. No lock and no allocation; the call is not counted, and
   * nothing is learned from how it ends, see {@link #acquire()}.
   *
   * @throws NoEndpointException if no endpoint may be picked, or none is known yet
   */
  public Endpoint pick() {
    return lease.pick();
  }

  /**
   * Returns the endpoint for the calls of a key, a user or a document, say: the same one for the
   * same key, in this process and in every other one in the same zone, as long as it is there. When
   * endpoints come or go only the keys move that must. An endpoint that has eight calls in flight
   * and a quarter more than the mean gives the next ones of its keys to another, always the same.
   * The zone has its share as in {@link #pick()}. No lock and no allocation.
   *
   * @throws NoEndpointException if no endpoint may be picked, or none is known yet
   */
  public Endpoint pick(CharSequence key) {
    return lease.pick(HashKey.of(key));
  }

  /**
   * Picks an endpoint and counts the call as in flight until the lease is closed. Saying how the
   * call ended ({@link Lease#end}) is what ejects an endpoint that fails.
   *
   * @throws NoEndpointException if no endpoint may be picked, or none is known yet
   */
  public Lease acquire() {
    return lease.acquire();
  }

  /**
   * Picks an endpoint by a key, as {@link #pick(CharSequence)} does, and counts the call as in
   * flight until the lease is closed.
   *
   * @throws NoEndpointException if no endpoint may be picked, or none is known yet
   */
  public Lease acquire(CharSequence key) {
    return lease.acquire(pick(key));
  }

  /**
   * Does as {@link #acquire()}, but picks none of the endpoints that were tried before, as long as
   * there is another one that may be picked: for a call that is made once more.
   *
   * @throws NoEndpointException if no endpoint may be picked, or none is known yet
   */
  public Lease acquireOther(Collection<Endpoint> tried) {
    return lease.acquireOther(tried);
  }

  /**
   * Counts a call to an endpoint of the caller's choice, one that was picked before, say. Whether
   * it may be picked is not asked.
   */
  public Lease acquire(Endpoint endpoint) {
    return lease.acquire(endpoint);
  }

  /**
   * Returns a future of the view as it is once there has been a complete list; done already if
   * there was one. It fails with {@link NoEndpointException} if the watch is closed before.
   * Cancelling it cancels nothing else. Actions that depend on it run where listeners do: do not
   * wait for it in one of those.
   */
  public CompletableFuture<ServiceView> whenSynced() {
    return lease.whenSynced();
  }

  /**
   * Has every later view told to a listener, the present one first, one at a time and never an
   * older one after a newer; a slow listener skips views. What it throws is logged.
   *
   * @return ends the subscription; no call starts after it was closed
   */
  public Subscription subscribe(Consumer<ServiceView> listener) {
    AutoCloseable subscription = lease.subscribe(listener);
    return () -> {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /** Returns the verdict on every address of the Service, and what is wrong if anything is. */
  public Explanation explain() {
    return lease.explain();
  }

  /** Lets the Service go; from now on the view says CLOSED and picking fails. Idempotent. */
  @Override
  public void close() {
    lease.close();
  }

  /** A listener's registration. */
  public interface Subscription extends AutoCloseable {

    /** Ends the registration. Idempotent, from any thread, also from the listener. */
    @Override
    void close();
  }
}
