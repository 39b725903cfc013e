package io.slicewise.discovery.spring.client;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.ServiceWatches;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Tells the same as {@link SliceDiscoveryClient} without ever blocking a thread. Thread safe.
 *
 * <p>Where the first view is there already, the answer comes on the subscriber's thread, else on
 * one of Reactor's parallel threads.
 */
public final class SliceReactiveDiscoveryClient implements ReactiveDiscoveryClient {

  private final ServiceWatches watches;
  private final Catalogs catalogs;
  private final FirstAnswer first;
  private final int order;

  SliceReactiveDiscoveryClient(
      ServiceWatches watches, Catalogs catalogs, FirstAnswer first, int order) {
    this.watches = requireNonNull(watches, "watches");
    this.catalogs = requireNonNull(catalogs, "catalogs");
    this.first = requireNonNull(first, "first");
    this.order = order;
  }

  @Override
  public String description() {
    return "Reactive " + SliceDiscoveryClient.DESCRIPTION;
  }

  /** Tells the endpoints that may be called; none if there can be no such Service. */
  @Override
  public Flux<ServiceInstance> getInstances(String serviceId) {
    return Flux.defer(
        () -> {
          FollowedService followed = watches.find(serviceId);
          if (followed == null) {
            return Flux.empty();
          }
          return whenKnown(followed.watch())
              .thenMany(
                  Flux.defer(
                      () -> Flux.fromIterable(SliceDiscoveryClient.instances(followed, first))));
        });
  }

  private Mono<Void> whenKnown(ServiceWatch watch) {
    if (watch.view().state() != SyncState.PENDING) {
      return Mono.empty();
    }
    return waiting(watch::whenSynced, first.remaining(watch));
  }

  private static Mono<Void> waiting(
      Supplier<? extends CompletableFuture<?>> future, Duration timeout) {
    return Mono.fromFuture(future)
        .timeout(timeout)
        .onErrorComplete() // what is known is told all the same
        .publishOn(Schedulers.parallel()) // and not on the thread that all listeners share
        .then();
  }

  /** Tells the names that instances can be asked for, sorted. */
  @Override
  public Flux<String> getServices() {
    return Flux.defer(
        () -> {
          Mono<Void> known =
              catalogs.areKnown()
                  ? Mono.empty()
                  : waiting(catalogs::whenKnown, first.remaining(catalogs));
          return known.thenMany(Flux.defer(() -> Flux.fromIterable(catalogs.services(first))));
        });
  }

  /** Completes: what there is to tell is in memory, and losing the API server takes none. */
  @Override
  public Mono<Void> reactiveProbe() {
    return Mono.empty();
  }

  @Override
  public int getOrder() {
    return order;
  }
}
