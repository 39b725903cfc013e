package io.slicewise.discovery.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a first complete list. Who gives up and cancels is held no longer: while there
 * is no API server every call may wait, and that for hours; dependents of one future would all stay
 * with it. Thread safe.
 */
final class FirstList<T> {

  private final Supplier<T> present;
  private final Map<Long, CompletableFuture<T>> waiting = new LinkedHashMap<>(); // guarded by this
  private long number; // guarded by this; of who came last
  private boolean here; // guarded by this
  private @Nullable Throwable failure; // guarded by this

  /**
   * Creates one that nobody waits for.
   *
   * @param present what they are told when it is there
   */
  FirstList(Supplier<T> present) {
    this.present = present;
  }

  /** Returns a future of it, of the caller's own. */
  CompletableFuture<T> await() {
    CompletableFuture<T> mine = new CompletableFuture<>();
    Throwable failed;
    boolean wait;
    long place;
    synchronized (this) {
      failed = failure;
      wait = failed == null && !here;
      if (wait) {
        waiting.put(++number, mine);
      }
      place = number;
    }
    if (wait) {
      var unused = mine.whenComplete((value, problem) -> leave(place));
    } else if (failed != null) {
      mine.completeExceptionally(failed);
    } else {
      mine.complete(present.get());
    }
    return mine;
  }

  private synchronized void leave(long place) {
    waiting.remove(place);
  }

  private synchronized List<CompletableFuture<T>> waiting() {
    return List.copyOf(waiting.values());
  }

  /** It is there; who waits is told on an executor. Idempotent. */
  void arrived(Executor executor) {
    synchronized (this) {
      here = true;
    }
    if (waiting().isEmpty()) {
      return;
    }
    try {
      executor.execute(this::tell);
    } catch (RejectedExecutionException e) {
      tell(); // discovery has ended; its last word is on its way
    }
  }

  private void tell() {
    waiting().forEach(one -> one.complete(present.get()));
  }

  /** It will never be there; who waits, or comes later, is told so unless it was. */
  void failed(Throwable why) {
    synchronized (this) {
      failure = here ? null : why;
    }
    waiting().forEach(one -> one.completeExceptionally(why));
  }
}
