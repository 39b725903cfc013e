package io.slicewise.discovery.grpc;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import java.util.Map;

/** Our load balancing policy, {@value SlicewiseGrpc#POLICY}; found by gRPC, not made by hand. */
public final class ZoneAwareLoadBalancerProvider extends LoadBalancerProvider {

  private static final int PRIORITY = 5;

  /** Creates a provider; gRPC calls this. */
  public ZoneAwareLoadBalancerProvider() {}

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public int getPriority() {
    return PRIORITY;
  }

  @Override
  public String getPolicyName() {
    return SlicewiseGrpc.POLICY;
  }

  /** Returns a balancer; with gRPC's health checking, where {@code grpc-services} is present. */
  @Override
  public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
    return new HealthCheckable(
        helper,
        new LoadBalancer.Factory() {
          @Override
          public LoadBalancer newLoadBalancer(LoadBalancer.Helper inner) {
            return new ZoneAwareLoadBalancer(inner, System::nanoTime);
          }
        });
  }

  @Override
  public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> json) {
    try {
      return ConfigOrError.fromConfig(ZoneAwareConfig.fromJson(json));
    } catch (RuntimeException e) {
      return ConfigOrError.fromError(
          Status.UNAVAILABLE.withDescription(SlicewiseGrpc.POLICY + ": " + e.getMessage()));
    }
  }
}
