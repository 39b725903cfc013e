package io.slicewise.discovery.benchmarks;

import io.smallrye.stork.Stork;
import io.smallrye.stork.api.LoadBalancer;
import io.smallrye.stork.api.Service;
import io.smallrye.stork.api.ServiceDefinition;
import io.smallrye.stork.api.ServiceInstance;
import io.smallrye.stork.api.config.ConfigWithType;
import io.smallrye.stork.impl.RoundRobinConfiguration;
import io.smallrye.stork.loadbalancer.poweroftwochoices.PowerOfTwoChoicesConfiguration;
import io.smallrye.stork.servicediscovery.staticlist.StaticConfiguration;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A balancer of Stork for a static list. One operation is {@code selectServiceInstance} with the
 * instances, which are asked for once; the {@code Uni} that brings them to each call of Stork's
 * {@code Service.selectInstance()} is not included.
 */
@State(Scope.Benchmark)
public abstract class StorkPeer extends PeerEndpoints {

  private final ConfigWithType balancing;

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private LoadBalancer balancer;

  private List<ServiceInstance> instances = List.of();

  StorkPeer(ConfigWithType balancing) {
    this.balancing = balancing;
  }

  /** Defines the service. */
  @Setup
  @Override
  public void fill() {
    String list =
        addresses().stream()
            .map(address -> address.getHostString() + ":" + address.getPort())
            .collect(Collectors.joining(","));
    Stork.shutdown(); // there is one in a JVM, and it keeps what was defined before
    Stork.initialize();
    Stork stork = Stork.getInstance();
    var unused =
        stork.defineIfAbsent(
            Fleet.SERVICE,
            ServiceDefinition.of(new StaticConfiguration().withAddressList(list), balancing));
    Service service = stork.getService(Fleet.SERVICE);
    balancer = service.getLoadBalancer();
    instances = service.getInstances().await().indefinitely();
  }

  final ServiceInstance pick() {
    return balancer.selectServiceInstance(instances);
  }

  /** Each in its turn, which is its default. */
  public static class RoundRobin extends StorkPeer {

    /** Creates the state; JMH calls this. */
    public RoundRobin() {
      super(new RoundRobinConfiguration());
    }
  }

  /** The less busy of two at random. */
  public static class TwoChoices extends StorkPeer {

    /** Creates the state; JMH calls this. */
    public TwoChoices() {
      super(new PowerOfTwoChoicesConfiguration());
    }
  }
}
