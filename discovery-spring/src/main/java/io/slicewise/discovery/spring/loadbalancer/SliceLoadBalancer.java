package io.slicewise.discovery.spring.loadbalancer;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.NamedService;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SliceServiceInstance;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultRequestContext;
import org.springframework.cloud.client.loadbalancer.DefaultResponse;
import org.springframework.cloud.client.loadbalancer.EmptyResponse;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.RetryableRequestContext;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import reactor.core.publisher.Mono;

/**
 * Picks the instances of one Service from its view: there is no cache in between, and nothing is
 * asked for. What is no Service of the cluster is left to Spring's own load balancer. Thread safe;
 * blocks nobody.
 */
final class SliceLoadBalancer implements ReactorServiceInstanceLoadBalancer {

  private static final Response<ServiceInstance> NONE = new EmptyResponse();

  private final NamedService service;
  private final ServiceWatches watches;
  private final ReactorServiceInstanceLoadBalancer others;
  private final boolean avoidPrevious;
  private final FirstSync firstSync;
  private final Cause cause;

  /**
   * Creates one that follows the Service from the first request on.
   *
   * @param others is asked for what is no Service
   * @param avoidPrevious whether a request that is made once more goes elsewhere
   */
  SliceLoadBalancer(
      NamedService service,
      ServiceWatches watches,
      ReactorServiceInstanceLoadBalancer others,
      boolean avoidPrevious,
      FirstSync firstSync,
      Cause cause) {
    this.service = service;
    this.watches = watches;
    this.others = others;
    this.avoidPrevious = avoidPrevious;
    this.firstSync = firstSync;
    this.cause = cause;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Mono<Response<ServiceInstance>> choose(Request request) {
    return new Choice(this, request);
  }

  /**
   * Picks from the view as it is now.
   *
   * @param attempts what was picked for the same request before, if its client tells
   * @throws NoEndpointException if there is nothing to pick
   */
  Response<ServiceInstance> pick(Request<?> request, @Nullable Attempts attempts) {
    try {
      return pick(follow(), request, attempts);
    } catch (NoEndpointException e) {
      if (e.view().state() != SyncState.CLOSED) {
        throw e;
      }
      return pick(follow(), request, attempts); // it was let go as idle just now
    }
  }

  private FollowedService follow() {
    return requireNonNull(watches.find(service.id()), service.id());
  }

  private Response<ServiceInstance> pick(
      FollowedService followed, Request<?> request, @Nullable Attempts attempts) {
    if (!isCall(request)) {
      return new DefaultResponse(PickedInstance.pick(followed));
    }
    List<Endpoint> tried = avoidPrevious ? tried(request, attempts) : List.of();
    PickedInstance instance = PickedInstance.acquire(followed, tried);
    if (attempts != null) {
      attempts.add(instance);
    } else {
      Hidden.remember(request, instance);
    }
    return new DefaultResponse(instance);
  }

  /** Whether the request is about to be made; else somebody just wants to know an instance. */
  private static boolean isCall(Request<?> request) {
    return request.getContext() instanceof DefaultRequestContext context
        && (context.getClientRequest() != null || context instanceof RetryableRequestContext);
  }

  private static List<Endpoint> tried(Request<?> request, @Nullable Attempts attempts) {
    List<Endpoint> tried = attempts == null ? List.of() : attempts.tried();
    if (!tried.isEmpty()) {
      return tried;
    }
    ServiceInstance previous =
        request.getContext() instanceof RetryableRequestContext retry
            ? retry.getPreviousServiceInstance()
            : Hidden.recall(request);
    if (previous instanceof PickedInstance picked) {
      return picked.tried();
    }
    return previous instanceof SliceServiceInstance known ? List.of(known.endpoint()) : List.of();
  }

  /** Answers a request that found nothing to pick. */
  Mono<Response<ServiceInstance>> otherwise(
      NoEndpointException failure, Request<?> request, @Nullable Attempts attempts) {
    if (failure.view().state() != SyncState.PENDING) {
      return giveUp(failure, request);
    }
    Mono<Void> wait = firstSync.of(follow().watch());
    return wait == null
        ? again(request, attempts)
        : wait.then(Mono.defer(() -> again(request, attempts)));
  }

  private Mono<Response<ServiceInstance>> again(Request<?> request, @Nullable Attempts attempts) {
    try {
      return Mono.just(pick(request, attempts));
    } catch (NoEndpointException e) {
      return giveUp(e, request);
    }
  }

  private Mono<Response<ServiceInstance>> giveUp(NoEndpointException failure, Request<?> request) {
    if (service.configured() || !failure.view().endpoints().isEmpty()) {
      cause.log(failure.getMessage());
      return Mono.just(NONE);
    }
    return others
        .choose(request)
        .defaultIfEmpty(NONE)
        .doOnNext(
            response -> {
              if (!response.hasServer()) {
                cause.log(failure.getMessage());
              }
            });
  }
}
