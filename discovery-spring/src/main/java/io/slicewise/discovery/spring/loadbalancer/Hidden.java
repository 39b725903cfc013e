package io.slicewise.discovery.spring.loadbalancer;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.RequestData;
import org.springframework.cloud.client.loadbalancer.RequestDataContext;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.util.ClassUtils;

/**
 * Finds the instance of a request. The servlet gateway wraps it in one of its own, which does not
 * show it: for that gateway alone it is kept in the attributes of the request.
 */
final class Hidden {

  private static final String KEY = PickedInstance.class.getName();
  private static final boolean NEEDED =
      ClassUtils.isPresent(
          "org.springframework.cloud.gateway.server.mvc.filter.LoadBalancerFilterFunctions",
          Hidden.class.getClassLoader());

  private Hidden() {}

  /** Keeps an instance for the lifecycle of its request. */
  static void remember(Request<?> request, PickedInstance instance) {
    Map<String, Object> attributes = attributes(request);
    if (attributes != null) {
      try {
        attributes.put(KEY, instance);
      } catch (UnsupportedOperationException e) {
        // a client that shows the instance
      }
    }
  }

  /** Returns the instance that was kept last, or null. */
  static @Nullable PickedInstance recall(Request<?> request) {
    Map<String, Object> attributes = attributes(request);
    return attributes == null ? null : (PickedInstance) attributes.get(KEY);
  }

  /** Returns the instance that a lifecycle is told of, or null if it is not ours. */
  static @Nullable PickedInstance find(
      Request<?> request, @Nullable Response<? extends ServiceInstance> response) {
    ServiceInstance shown = response == null ? null : response.getServer();
    if (shown instanceof PickedInstance instance) {
      return instance;
    }
    return shown == null ? null : recall(request);
  }

  private static @Nullable Map<String, Object> attributes(Request<?> request) {
    if (!NEEDED || !(request.getContext() instanceof RequestDataContext context)) {
      return null;
    }
    RequestData data = context.getClientRequest();
    return data == null ? null : data.getAttributes();
  }
}
