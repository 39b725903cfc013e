package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.balance.NoEndpointException;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.Response;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * The choice of an instance, made when it is subscribed to: what nobody subscribes to must not
 * count as a call. It is known at once unless the Service is not, so blocking clients, which call
 * {@link #block()}, wait for nothing and pay for no subscription.
 */
final class Choice extends Mono<Response<ServiceInstance>> {

  private final SliceLoadBalancer balancer;
  private final Request<?> request;

  Choice(SliceLoadBalancer balancer, Request<?> request) {
    this.balancer = balancer;
    this.request = request;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Response<ServiceInstance>> actual) {
    @Nullable Attempts attempts = actual.currentContext().getOrDefault(Attempts.class, null);
    Response<ServiceInstance> picked;
    try {
      picked = balancer.pick(request, attempts);
    } catch (NoEndpointException e) {
      otherwise(e, attempts).subscribe(actual);
      return;
    } catch (RuntimeException e) {
      Operators.error(actual, e);
      return;
    }
    actual.onSubscribe(Operators.scalarSubscription(actual, picked));
  }

  private Mono<Response<ServiceInstance>> otherwise(
      NoEndpointException failure, @Nullable Attempts attempts) {
    return Mono.defer(() -> balancer.otherwise(failure, request, attempts));
  }

  @Override
  public @Nullable Response<ServiceInstance> block() {
    try {
      return balancer.pick(request, null);
    } catch (NoEndpointException e) {
      return otherwise(e, null).block();
    }
  }
}
