package io.slicewise.discovery.spring.client;

import io.slicewise.discovery.ServiceCatalog;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.SlicewiseProperties;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The names of the Services that the application may ask for, over all configured namespaces. The
 * cluster is asked for them from the first question on, not before. Thread safe.
 */
final class Catalogs implements AutoCloseable {

  private final ServiceDiscovery discovery;
  private final List<String> namespaces;
  private final Set<String> configured;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private @Nullable List<ServiceCatalog> opened; // guarded by this
  private boolean closed; // guarded by this

  /**
   * Creates one that asks nobody yet.
   *
   * @throws InvalidConfigurationPropertyValueException if a namespace is none
   */
  Catalogs(ServiceDiscovery discovery, SlicewiseProperties properties) {
    this.discovery = discovery;
    List<String> named = properties.discovery().namespaces();
    for (int i = 0; i < named.size(); i++) {
      if (!ServiceTarget.isName(named.get(i))) {
        throw new InvalidConfigurationPropertyValueException(
            "slicewise.discovery.namespaces[" + i + "]", named.get(i), "expected: a namespace");
      }
    }
    this.namespaces =
        named.isEmpty()
            ? List.of(discovery.defaultNamespace())
            : named.stream().distinct().toList();
    this.configured = Set.copyOf(properties.services().keySet());
  }

  /** Has a listener called each time that names come or go; on a thread of all listeners. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  private synchronized List<ServiceCatalog> open() {
    if (closed) {
      return List.of();
    }
    if (opened == null) {
      opened = namespaces.stream().map(discovery::catalog).toList();
      opened.forEach(catalog -> catalog.subscribe(names -> listeners.forEach(Runnable::run)));
    }
    return opened;
  }

  /** Whether every namespace has answered once. */
  boolean areKnown() {
    return open().stream().noneMatch(catalog -> catalog.state() == SyncState.PENDING);
  }

  /** Completes when every namespace has answered once. */
  CompletableFuture<Void> whenKnown() {
    return CompletableFuture.allOf(
        open().stream().map(ServiceCatalog::whenSynced).toArray(CompletableFuture<?>[]::new));
  }

  /** Waits until every namespace has answered once, for what is left of the time for that. */
  void await(FirstAnswer first) {
    if (areKnown()) {
      return;
    }
    try {
      whenKnown().get(first.remaining(this).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // what is known is told all the same
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the names that are known now, sorted; says why if a namespace has not answered. */
  List<String> services(FirstAnswer first) {
    TreeSet<String> names = new TreeSet<>(configured);
    for (ServiceCatalog catalog : open()) {
      if (catalog.state() == SyncState.PENDING && first.remaining(this).isZero()) {
        first.missed(
            catalog,
            "Services of the namespace " + catalog.namespace(),
            String.valueOf(catalog.problem()));
      }
      boolean plain = catalog.namespace().equals(discovery.defaultNamespace());
      Stream<String> found = catalog.services().stream();
      (plain ? found : found.map(name -> name + "." + catalog.namespace())).forEach(names::add);
    }
    return List.copyOf(names);
  }

  /** Lets the catalogues go. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    if (opened != null) {
      opened.forEach(ServiceCatalog::close);
    }
  }
}
