package io.slicewise.discovery.grpc;

/** Resolves targets like {@code kubernetes:///checkout.shop:grpc}; found by gRPC. */
public final class KubernetesNameResolverProvider extends SliceNameResolverProvider {

  /** Creates a provider; gRPC calls this. */
  public KubernetesNameResolverProvider() {
    super("kubernetes", DefaultDiscovery.OF_PROCESS);
  }
}
