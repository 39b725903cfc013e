package io.slicewise.discovery.grpc;

import io.grpc.LoadBalancer;
import io.grpc.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our policy under gRPC's client-side health checking where the service config asks for that, and
 * by itself elsewhere: what checks health copies the result of every pick. Confined to the
 * channel's sync context.
 */
final class HealthCheckable extends LoadBalancer {

  private final Helper helper;
  private final Factory plain;
  private @Nullable LoadBalancer balancer;
  private boolean checking;

  /**
   * Creates a balancer.
   *
   * @param plain makes the one that does not check
   */
  HealthCheckable(Helper helper, Factory plain) {
    this.helper = helper;
    this.plain = plain;
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses addresses) {
    Map<String, ?> config = addresses.getAttributes().get(ATTR_HEALTH_CHECKING_CONFIG);
    LoadBalancer before = balancer;
    if (before != null && checking != (config != null)) {
      before.shutdown(); // calls wait for the new one's connections
      before = null;
    }
    checking = config != null;
    return (before == null ? make() : before).acceptResolvedAddresses(addresses);
  }

  private LoadBalancer make() {
    LoadBalancer made = checking ? checked() : plain.newLoadBalancer(helper);
    balancer = made;
    return made;
  }

  private LoadBalancer checked() {
    try {
      return HealthChecking.wrap(plain, helper);
    } catch (NoClassDefFoundError e) {
      return plain.newLoadBalancer(helper); // grpc-services is not there
    }
  }

  @Override
  public void handleNameResolutionError(Status error) {
    (balancer == null ? make() : balancer).handleNameResolutionError(error);
  }

  @Override
  public void requestConnection() {
    if (balancer != null) {
      balancer.requestConnection();
    }
  }

  @Override
  public void shutdown() {
    if (balancer != null) {
      balancer.shutdown();
    }
  }
}
