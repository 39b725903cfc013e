package io.slicewise.discovery.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One listener and the one value, a view say, that waits for it: a newer one replaces it, so that a
 * slow listener costs no memory, holds up nobody, and never sees one older than one it has seen.
 * Thread safe.
 */
final class Subscription<T> implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger(Subscription.class.getName());

  private final String target;
  private final Consumer<? super T> listener;
  private final Executor executor;
  private final Set<Class<?>> loggedFailures = new HashSet<>(); // confined to one delivery

  private final Object lock = new Object();
  private @Nullable T waiting; // guarded by lock
  private boolean scheduled; // guarded by lock; true also while a delivery runs
  private boolean closed; // guarded by lock

  Subscription(String target, Consumer<? super T> listener, Executor executor) {
    this.target = target;
    this.listener = listener;
    this.executor = executor;
  }

  /** Makes a value the next one to deliver; calls nobody. */
  void put(T value) {
    synchronized (lock) {
      waiting = closed ? null : value;
    }
  }

  /** Has the waiting value delivered, unless that is under way. */
  void deliverSoon() {
    synchronized (lock) {
      if (closed || scheduled || waiting == null) {
        return;
      }
      scheduled = true;
    }
    schedule();
  }

  private void schedule() {
    try {
      executor.execute(this::deliver);
    } catch (RejectedExecutionException e) {
      close(); // discovery has ended, or the application's executor has
    }
  }

  private void deliver() {
    T value;
    synchronized (lock) {
      value = waiting;
      waiting = null;
      if (value == null || closed) {
        scheduled = false;
        return;
      }
    }
    try {
      listener.accept(value);
    } catch (Throwable e) { // Kotlin throws checked ones, too
      if (loggedFailures.add(e.getClass())) {
        LOGGER.log(Level.ERROR, target + ": a listener failed; it stays subscribed", e);
      }
    }
    boolean more;
    synchronized (lock) {
      more = waiting != null && !closed;
      scheduled = more;
    }
    if (more) {
      schedule();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      waiting = null;
    }
  }
}
