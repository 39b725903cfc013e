package io.slicewise.discovery.http;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One port of the Service: its watch, and the connections to those of its endpoints that were
 * called. Thread safe.
 *
 * <p>An endpoint that may not be picked any more, because it is gone, unready, ejected or another
 * pod's, loses its idle connections at once and the others when their calls end.
 */
final class Upstream implements AutoCloseable {

  private final ServiceWatch watch;
  private final Function<Endpoint, EndpointClient> connector;
  private final Duration firstView;
  private final Map<Endpoint, EndpointClient> clients = new ConcurrentHashMap<>();
  private final ServiceWatch.Subscription subscription;
  private long swept = -1; // confined to the listener's thread
  private volatile boolean closed;

  /**
   * Starts to follow.
   *
   * @param firstView how long a call waits while nothing is known yet
   */
  Upstream(ServiceWatch watch, Function<Endpoint, EndpointClient> connector, Duration firstView) {
    this.watch = watch;
    this.connector = connector;
    this.firstView = firstView;
    this.subscription = watch.subscribe(view -> sweep());
  }

  ServiceWatch watch() {
    return watch;
  }

  /** Starts a call to an endpoint; waits for the first view, if need be. */
  Lease acquire(CancelRelay cancel) throws IOException {
    try {
      return watch.acquire();
    } catch (NoEndpointException e) {
      if (e.view().state() != SyncState.PENDING) {
        throw unavailable(e);
      }
    }
    awaitView(cancel);
    try {
      return watch.acquire();
    } catch (NoEndpointException e) {
      throw unavailable(e);
    }
  }

  /** Starts a call to another endpoint if there is one, else to the same; null if there is none. */
  @Nullable Lease acquireOther(Endpoint tried) {
    try {
      return watch.acquireOther(List.of(tried));
    } catch (NoEndpointException e) {
      return null;
    }
  }

  private static IOException unavailable(NoEndpointException e) {
    return (IOException) new ConnectException(e.getMessage()).initCause(e);
  }

  private void awaitView(CancelRelay cancel) throws IOException {
    CompletableFuture<ServiceView> synced = watch.whenSynced();
    cancel.onCancel(() -> synced.cancel(false));
    try {
      synced.get(firstView.toNanos(), TimeUnit.NANOSECONDS);
    } catch (CancellationException e) {
      throw new IOException("Canceled", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (TimeoutException | ExecutionException e) {
      synced.cancel(false); // or it would be held until there is a view
      // The pick that follows says what is wrong.
    }
  }

  /** Returns the connections to an endpoint. */
  EndpointClient client(Endpoint endpoint) {
    EndpointClient known = clients.get(endpoint);
    if (known != null) {
      return known;
    }
    EndpointClient made = clients.computeIfAbsent(endpoint, connector);
    // It may have left since it was picked, and its last view have been swept.
    if (closed || !watch.view().eligible().contains(endpoint)) {
      retire(made);
    }
    return made;
  }

  private void sweep() {
    ServiceView view = watch.view();
    if (view.revision() == swept) {
      return; // shares or the state
    }
    swept = view.revision();
    for (Endpoint endpoint : view.eligible()) {
      EndpointClient client = clients.get(endpoint);
      if (client != null) {
        client.seenIn = swept;
      }
    }
    for (EndpointClient client : clients.values()) {
      if (client.seenIn != swept) {
        retire(client);
      }
    }
  }

  private void retire(EndpointClient client) {
    clients.remove(client.endpoint(), client);
    client.retire();
  }

  /** Lets the Service go; calls under way end as they would. */
  @Override
  public void close() {
    closed = true;
    subscription.close();
    watch.close();
    clients.values().forEach(this::retire);
  }
}
