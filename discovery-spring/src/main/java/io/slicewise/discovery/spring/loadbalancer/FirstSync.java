package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.ServiceWatch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Has the first requests to a Service wait for its endpoints, all of them until one moment: while
 * the API server is down, later ones do not wait again. Thread safe.
 */
final class FirstSync {

  private final Duration timeout;
  private final Scheduler scheduler;
  private volatile @Nullable Wait current;

  private record Wait(ServiceWatch watch, CompletableFuture<@Nullable Void> end) {}

  /**
   * Creates one that waits for nothing yet.
   *
   * @param timeout the longest wait
   * @param scheduler measures the time, and goes on with what has waited: requests, whose code may
   *     block, and must not do so where the view's listeners are called
   */
  FirstSync(Duration timeout, Scheduler scheduler) {
    this.timeout = timeout;
    this.scheduler = scheduler;
  }

  /** Returns what completes when it is time to look at the view, or null if that is now. */
  @Nullable Mono<Void> of(ServiceWatch watch) {
    CompletableFuture<@Nullable Void> end = end(watch);
    return end.isDone()
        ? null
        : Mono.<Void>fromFuture(end, true).publishOn(scheduler); // others wait for it, too
  }

  private CompletableFuture<@Nullable Void> end(ServiceWatch watch) {
    Wait now = current;
    if (now != null && now.watch() == watch) {
      return now.end();
    }
    synchronized (this) {
      now = current;
      if (now == null || now.watch() != watch) {
        now = new Wait(watch, begin(watch));
        current = now;
      }
      return now.end();
    }
  }

  private CompletableFuture<@Nullable Void> begin(ServiceWatch watch) {
    CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    if (timeout.isZero()) {
      end.complete(null);
      return end;
    }
    Disposable timer =
        scheduler.schedule(() -> end.complete(null), timeout.toMillis(), TimeUnit.MILLISECONDS);
    watch
        .whenSynced()
        .whenComplete(
            (view, closed) -> {
              timer.dispose();
              end.complete(null);
            });
    return end;
  }
}
