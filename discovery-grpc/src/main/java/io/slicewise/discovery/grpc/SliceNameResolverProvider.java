package io.slicewise.discovery.grpc;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.ServiceTarget;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves targets of one scheme by the EndpointSlices of a Service; see {@link TargetUri} for how
 * they are written. Found by gRPC through {@code META-INF/services}.
 */
abstract class SliceNameResolverProvider extends NameResolverProvider {

  /** Below that of DNS: a target without a scheme is not ours. */
  private static final int PRIORITY = 4;

  private final String scheme;
  private final DefaultDiscovery fallback;

  SliceNameResolverProvider(String scheme, DefaultDiscovery fallback) {
    this.scheme = scheme;
    this.fallback = fallback;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return PRIORITY;
  }

  @Override
  public String getDefaultScheme() {
    return scheme;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return List.of(InetSocketAddress.class);
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI uri, NameResolver.Args args) {
    if (!scheme.equals(uri.getScheme())) {
      return null;
    }
    String path = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
    String rest = uri.getRawQuery() == null ? uri.getRawFragment() : uri.getRawQuery();
    return resolver(uri.toString(), uri.getAuthority(), path, rest, args);
  }

  @Override
  public @Nullable NameResolver newNameResolver(io.grpc.Uri uri, NameResolver.Args args) {
    if (!scheme.equals(uri.getScheme())) {
      return null;
    }
    String rest = uri.getRawQuery() == null ? uri.getRawFragment() : uri.getRawQuery();
    return resolver(uri.toString(), uri.getAuthority(), uri.getPath(), rest, args);
  }

  private NameResolver resolver(
      String uri,
      @Nullable String authority,
      @Nullable String path,
      @Nullable String rest,
      NameResolver.Args args) {
    ServiceTarget target = TargetUri.parse(uri, authority, path, rest);
    WatchOptions options = args.getArg(SlicewiseGrpc.OPTIONS);
    ServiceDiscovery shared = args.getArg(SlicewiseGrpc.DISCOVERY);
    return new SliceNameResolver(
        uri,
        target,
        SlicewiseGrpc.forResolver(options == null ? WatchOptions.DEFAULTS : options),
        shared == null ? ofProcess() : ofApplication(shared),
        service -> authority(service, shared),
        args);
  }

  /** Calls are for the Service, not for the pod: this is the name that certificates have. */
  private static String authority(ServiceTarget target, @Nullable ServiceDiscovery shared) {
    String namespace = target.namespace();
    if (namespace == null) {
      namespace = shared == null ? null : shared.defaultNamespace();
    }
    return namespace == null ? target.service() : target.service() + "." + namespace + ".svc";
  }

  private static SliceNameResolver.DiscoverySource ofApplication(ServiceDiscovery discovery) {
    return new SliceNameResolver.DiscoverySource() {
      @Override
      public ServiceDiscovery acquire() {
        return discovery;
      }

      @Override
      public void release() {}
    };
  }

  private SliceNameResolver.DiscoverySource ofProcess() {
    return new SliceNameResolver.DiscoverySource() {
      @Override
      public ServiceDiscovery acquire() {
        return fallback.acquire();
      }

      @Override
      public void release() {
        fallback.release();
      }
    };
  }
}
