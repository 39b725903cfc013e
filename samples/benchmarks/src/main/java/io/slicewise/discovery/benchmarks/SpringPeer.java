package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.loadbalancer.SliceLoadBalancerAutoConfiguration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.loadbalancer.config.BlockingLoadBalancerClientAutoConfiguration;
import org.springframework.cloud.loadbalancer.config.LoadBalancerAutoConfiguration;
import org.springframework.cloud.loadbalancer.config.LoadBalancerCacheAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Spring applications with a load-balanced client to a Service, and nothing else in them. */
@State(Scope.Benchmark)
public abstract class SpringPeer {

  /** How many endpoints there are to choose from. */
  @Param({"100", "1000"})
  int endpoints;

  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private LoadBalancerClient client;

  final LoadBalancerClient client() {
    return client;
  }

  final void start(Map<String, Object> properties, Class<?>... more) {
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("own", properties));
    context.register(
        LoadBalancerCacheAutoConfiguration.class,
        LoadBalancerAutoConfiguration.class,
        BlockingLoadBalancerClientAutoConfiguration.class);
    for (Class<?> each : more) {
      context.register(each);
    }
    context.refresh();
    client = context.getBean(LoadBalancerClient.class);
    if (client.choose(Fleet.SERVICE) == null) {
      throw new IllegalStateException("nothing to choose from");
    }
  }

  final AnnotationConfigApplicationContext context() {
    return context;
  }

  /** Ends the application. */
  @TearDown
  public void close() {
    context.close();
  }

  /** Ours, from a view that is held in memory. */
  @State(Scope.Benchmark)
  public static class Slicewise extends SpringPeer {

    @SuppressWarnings("NullAway.Init") // set up before it is used
    private HeldService held;

    /** Creates the state; JMH calls this. */
    public Slicewise() {}

    /** Starts the application. */
    @Setup
    public void start() {
      held = new HeldService(Fleet.of(endpoints));
      context().registerBean(ServiceDiscovery.class, () -> held.discovery());
      start(
          Map.of(
              "slicewise.enabled",
              true,
              "slicewise.services." + Fleet.SERVICE + ".namespace",
              Fleet.NAMESPACE,
              "slicewise.services." + Fleet.SERVICE + ".port",
              "grpc"),
          SlicewiseAutoConfiguration.class,
          SliceLoadBalancerAutoConfiguration.class);
    }

    @Override
    @TearDown
    public void close() {
      super.close();
      held.close();
    }
  }

  /** Spring Cloud's round robin over its cache of what a discovery client has told. */
  @State(Scope.Benchmark)
  public static class RoundRobin extends SpringPeer {

    /** Creates the state; JMH calls this. */
    public RoundRobin() {}

    /** Starts the application. */
    @Setup
    public void start() {
      List<ServiceInstance> instances =
          IntStream.range(0, endpoints).mapToObj(RoundRobin::instance).toList();
      context().registerBean(DiscoveryClient.class, () -> new Told(instances));
      start(Map.of());
    }

    private static ServiceInstance instance(int number) {
      String host = "10.0." + number / 250 + "." + number % 250;
      return new DefaultServiceInstance(
          Fleet.SERVICE + "-" + number, Fleet.SERVICE, host, 8080, false);
    }
  }

  /** A discovery client that knows one service. */
  private record Told(List<ServiceInstance> instances) implements DiscoveryClient {

    @Override
    public String description() {
      return "told";
    }

    @Override
    public List<ServiceInstance> getInstances(String serviceId) {
      return instances;
    }

    @Override
    public List<String> getServices() {
      return List.of(Fleet.SERVICE);
    }
  }

  /** The instance, as the request that is executed with it. */
  static ServiceInstance executed(ServiceInstance instance) {
    return instance;
  }
}
