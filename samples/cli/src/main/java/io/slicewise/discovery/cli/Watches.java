package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A discovery and its watches of the targets of one command; a target given twice counts once. */
final class Watches implements AutoCloseable {

  private static final Duration FOR_THE_END = Duration.ofSeconds(2);

  private final ServiceDiscovery discovery;
  private final Map<ServiceTarget, ServiceWatch> watches = new LinkedHashMap<>();

  /** Creates watches of nothing yet. */
  Watches(ServiceDiscovery discovery) {
    this.discovery = discovery;
  }

  /** Begins to watch targets. */
  void open(Collection<ServiceTarget> targets) {
    for (ServiceTarget target : targets) {
      watches.computeIfAbsent(
          target.inNamespace(discovery.defaultNamespace()),
          each -> discovery.watch(each, WatchOptions.DEFAULTS));
    }
  }

  /**
   * Begins to watch the Service that discovery's callers belong to; it is not among {@link #all}.
   * Targets that are opened once its list is there have the shares that follow from it from the
   * start; otherwise they begin with a guess and move from there, ten points a second.
   */
  ServiceWatch openCallers(ServiceTarget service) {
    return discovery.watch(service, WatchOptions.DEFAULTS);
  }

  Collection<ServiceWatch> all() {
    return watches.values();
  }

  List<ServiceView> views() {
    return watches.values().stream().map(ServiceWatch::view).toList();
  }

  /** Returns the views of those targets of which no complete list has arrived. */
  List<ServiceView> pending() {
    return views().stream().filter(view -> view.state() == SyncState.PENDING).toList();
  }

  /** Waits until there is a complete list of every target, or the time is up. */
  void awaitLists(Duration timeout) throws InterruptedException {
    awaitLists(all(), timeout);
  }

  /** Waits until there is a complete list for every watch, or the time is up. */
  static void awaitLists(Collection<ServiceWatch> watches, Duration timeout)
      throws InterruptedException {
    CompletableFuture<?>[] lists =
        watches.stream().map(ServiceWatch::whenSynced).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(lists).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return; // the views say what is missing
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // only closing a watch fails it
    }
  }

  /** Ends discovery and all of its threads. */
  @Override
  public void close() {
    discovery.close();
    try {
      boolean unused = discovery.awaitClosed(FOR_THE_END); // its threads are daemons anyway
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
