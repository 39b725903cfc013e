package io.slicewise.discovery.grpc;

import io.grpc.LoadBalancer;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;

/** gRPC's client-side health checking (gRFC A17); loaded only where {@code grpc-services} is. */
final class HealthChecking {

  private HealthChecking() {}

  /** Returns a balancer that takes a connection for ready when its server says that it serves. */
  static LoadBalancer wrap(LoadBalancer.Factory factory, LoadBalancer.Helper helper) {
    return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(factory, helper);
  }
}
