package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.SyncState;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's hold on the catalogue of a namespace, and its listeners. Written by the namespace's
 * writer alone; read by any thread without waiting.
 */
public final class CatalogLease implements AutoCloseable {

  private final String namespace;
  private final Executor listeners;
  private final Consumer<CatalogLease> onClose;
  private final List<Subscription<SortedSet<String>>> subscriptions = new CopyOnWriteArrayList<>();
  private final FirstList<SortedSet<String>> synced = new FirstList<>(this::services);

  /** Orders a publication against a new listener and against close(); no reader takes it. */
  private final Object lock = new Object();

  private volatile boolean closed; // writes guarded by lock
  private volatile Catalog catalog; // writes guarded by lock
  private volatile boolean listed; // writes guarded by lock; whether there has been a complete list

  CatalogLease(
      String namespace, Catalog first, Executor listeners, Consumer<CatalogLease> onClose) {
    this.namespace = namespace;
    this.catalog = first;
    this.listeners = listeners;
    this.onClose = onClose;
    if (first.state() != SyncState.PENDING) {
      listed = true;
      synced.arrived(listeners);
    }
  }

  /** The namespace. */
  public String namespace() {
    return namespace;
  }

  /** The names of the Services. */
  public SortedSet<String> services() {
    return catalog.services();
  }

  /** How far the names can be trusted. */
  public SyncState state() {
    return catalog.state();
  }

  /** What is wrong and what to do, or null. */
  public @Nullable String problem() {
    return catalog.problem();
  }

  /** Completes with the names as they are once there has been a complete list. */
  public CompletableFuture<SortedSet<String>> whenSynced() {
    return synced.await();
  }

  /** Adds a listener; what is returned takes it away again. */
  public Runnable subscribe(Consumer<? super SortedSet<String>> listener) {
    Subscription<SortedSet<String>> subscription =
        new Subscription<>("catalogue of " + namespace, listener, listeners);
    synchronized (lock) {
      if (closed) {
        subscription.close();
      } else {
        subscriptions.add(subscription);
        if (listed) {
          subscription.put(services());
        }
      }
    }
    subscription.deliverSoon();
    return () -> {
      subscription.close();
      subscriptions.remove(subscription);
    };
  }

  boolean isClosed() {
    return closed;
  }

  /** Takes what the feed says. */
  void publish(Catalog next) {
    boolean first;
    synchronized (lock) {
      if (closed) {
        return;
      }
      first = !listed && next.state() != SyncState.PENDING;
      boolean news = first || !next.services().equals(services());
      catalog = next;
      listed |= first;
      if (news) {
        subscriptions.forEach(subscription -> subscription.put(next.services()));
      }
    }
    if (first) {
      synced.arrived(listeners); // callbacks must not hold the writer
    }
    subscriptions.forEach(Subscription::deliverSoon);
  }

  /** Ends the hold: no listener is called any more. Idempotent. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      catalog = catalog.closed();
    }
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
    synced.failed(
        new IllegalStateException("the catalogue of namespace " + namespace + " was closed"));
    onClose.accept(this);
  }
}
