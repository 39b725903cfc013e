package io.slicewise.discovery.spring.loadbalancer;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.Response;

/**
 * Hears from Spring Cloud's clients when a call begins and how it ends: with the head of the
 * answer, an error, or a cancellation, of which only some clients tell.
 */
final class CallLifecycle implements LoadBalancerLifecycle<Object, Object, ServiceInstance> {

  @Override
  public void onStart(Request<Object> request) {}

  @Override
  public void onStartRequest(Request<Object> request, Response<ServiceInstance> response) {
    PickedInstance instance = Hidden.find(request, response);
    if (instance != null) {
      instance.begin();
    }
  }

  @Override
  public void onComplete(CompletionContext<Object, ServiceInstance, Object> context) {
    PickedInstance instance =
        Hidden.find(context.getLoadBalancerRequest(), context.getLoadBalancerResponse());
    if (instance != null) {
      instance.end(Outcomes.of(context));
    }
  }
}
