package io.slicewise.discovery.benchmarks;

import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1EndpointSubset;
import io.kubernetes.client.util.Config;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.loadbalancer.config.BlockingLoadBalancerClientAutoConfiguration;
import org.springframework.cloud.loadbalancer.config.LoadBalancerAutoConfiguration;
import org.springframework.cloud.loadbalancer.config.LoadBalancerCacheAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * A Spring application of which the load balancer's cache asks for a Service's Endpoints when it
 * has forgotten them.
 */
final class PollingSpring implements AutoCloseable {

  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();
  private final LoadBalancerClient client;

  PollingSpring(Path kubeconfig, Duration cached) throws IOException {
    CoreV1Api api = new CoreV1Api(Config.fromConfig(kubeconfig.toString()));
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "own", Map.of("spring.cloud.loadbalancer.cache.ttl", cached.toMillis() + "ms")));
    context.registerBean(DiscoveryClient.class, () -> new Asked(api));
    context.register(
        LoadBalancerCacheAutoConfiguration.class,
        LoadBalancerAutoConfiguration.class,
        BlockingLoadBalancerClientAutoConfiguration.class);
    context.refresh();
    client = context.getBean(LoadBalancerClient.class);
  }

  /**
   * Turns one pod of each Service unready at its own moment of the cache's time, and calls the
   * Services in turns until none of the pods is chosen.
   *
   * @return how long each of the pods was still chosen
   */
  long[] turnUnready(List<SimulatedService> services, Duration cached) throws InterruptedException {
    int count = services.size();
    String[] subjects = new String[count];
    long[] storedAt = new long[count];
    long[] lastSeenAt = new long[count];
    long began = System.nanoTime();
    long period = cached.toNanos();
    for (SimulatedService service : services) {
      choose(service); // fills the cache
    }
    while (System.nanoTime() - began < 2 * period + period / 10) {
      for (int i = 0; i < count; i++) {
        if (storedAt[i] == 0 && System.nanoTime() - began > period * i / count) {
          SimulatedPod pod = services.get(i).pods().get(0);
          SimulatedPod unused = pod.ready(false);
          subjects[i] = pod.address();
          storedAt[i] = System.nanoTime();
          lastSeenAt[i] = storedAt[i];
        }
        for (int call = 0; call < 3; call++) { // a round over its instances
          if (choose(services.get(i)).equals(subjects[i])) {
            lastSeenAt[i] = System.nanoTime();
          }
        }
      }
      Thread.sleep(1); // how exact it is
    }
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      nanos[i] = lastSeenAt[i] - storedAt[i];
    }
    return nanos;
  }

  private String choose(SimulatedService service) {
    ServiceInstance instance = client.choose(service.name());
    if (instance == null) {
      throw new IllegalStateException(service.name() + ": no instance (expected: one)");
    }
    return instance.getHost();
  }

  @Override
  public void close() {
    context.close();
  }

  /** Asks the API server each time. */
  private record Asked(CoreV1Api api) implements DiscoveryClient {

    @Override
    public String description() {
      return "asked";
    }

    @Override
    public List<ServiceInstance> getInstances(String serviceId) {
      List<V1EndpointSubset> subsets;
      try {
        subsets = api.readNamespacedEndpoints(serviceId, Fleet.NAMESPACE).execute().getSubsets();
      } catch (ApiException e) {
        throw new IllegalStateException(e);
      }
      List<ServiceInstance> instances = new ArrayList<>();
      for (V1EndpointSubset subset : subsets) {
        subset
            .getAddresses()
            .forEach(
                address ->
                    instances.add(
                        new DefaultServiceInstance(
                            address.getIp(), serviceId, address.getIp(), 8080, false)));
      }
      return instances;
    }

    @Override
    public List<String> getServices() {
      return List.of();
    }
  }
}
