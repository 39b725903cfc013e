package io.slicewise.discovery.grpc;

/** Resolves targets like {@code k8s:///checkout.shop:grpc}; found by gRPC, not made by hand. */
public final class K8sNameResolverProvider extends SliceNameResolverProvider {

  /** Creates a provider; gRPC calls this. */
  public K8sNameResolverProvider() {
    super("k8s", DefaultDiscovery.OF_PROCESS);
  }
}
