package io.slicewise.discovery.benchmarks;

import io.grpc.CallOptions;
import io.grpc.LoadBalancer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** What gRPC's policies may know of a call; none of those measured here asks for its method. */
final class GrpcPickArgs extends LoadBalancer.PickSubchannelArgs {

  private final Metadata headers;

  GrpcPickArgs(Metadata headers) {
    this.headers = headers;
  }

  @Override
  public CallOptions getCallOptions() {
    return CallOptions.DEFAULT;
  }

  @Override
  public Metadata getHeaders() {
    return headers;
  }

  @Override
  public MethodDescriptor<?, ?> getMethodDescriptor() {
    throw new UnsupportedOperationException();
  }
}
