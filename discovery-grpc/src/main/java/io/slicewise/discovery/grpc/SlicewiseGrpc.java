package io.slicewise.discovery.grpc;

import static java.util.Objects.requireNonNull;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.health.HealthOptions;
import java.util.List;
import java.util.Map;

/**
 * The way from a {@link ServiceDiscovery} to a gRPC channel.
 *
 * <pre>{@code
 * ManagedChannel channel =
 *     SlicewiseGrpc.channel("k8s:///checkout.shop:grpc", credentials, discovery).build();
 * }</pre>
 *
 * <p>Without a discovery of the application's own it is enough to have this library on the class
 * path and to name a target of the scheme {@code k8s} or {@code kubernetes}.
 */
public final class SlicewiseGrpc {

  /** The discovery that a channel uses, for {@link ManagedChannelBuilder#setNameResolverArg}. */
  public static final NameResolver.Args.Key<ServiceDiscovery> DISCOVERY =
      NameResolver.Args.Key.create("io.slicewise.discovery");

  /** How a channel's watch differs, for {@link ManagedChannelBuilder#setNameResolverArg}. */
  public static final NameResolver.Args.Key<WatchOptions> OPTIONS =
      NameResolver.Args.Key.create("io.slicewise.options");

  /** The name of our load balancing policy in a service config. */
  public static final String POLICY = "slicewise_zone_aware";

  private SlicewiseGrpc() {}

  /**
   * Returns a builder of a channel that uses a shared discovery and our load balancing with its
   * default configuration.
   *
   * @param target {@code k8s:///service.namespace:port}
   */
  public static ManagedChannelBuilder<?> channel(
      String target, ChannelCredentials credentials, ServiceDiscovery discovery) {
    return channel(target, credentials, discovery, WatchOptions.DEFAULTS, ZoneAwareConfig.DEFAULTS);
  }

  /**
   * Returns a builder of a channel that uses a shared discovery and our load balancing.
   *
   * @param target {@code k8s:///service.namespace:port}
   * @param options how the watch of the Service differs; its policy chooses endpoints, its health
   *     options are the load balancer's
   * @param config how the load balancer works
   */
  public static ManagedChannelBuilder<?> channel(
      String target,
      ChannelCredentials credentials,
      ServiceDiscovery discovery,
      WatchOptions options,
      ZoneAwareConfig config) {
    return Grpc.newChannelBuilder(target, credentials)
        .intercept(retryElsewhere())
        .setNameResolverArg(DISCOVERY, requireNonNull(discovery, "discovery"))
        .setNameResolverArg(OPTIONS, requireNonNull(options, "options"))
        .defaultServiceConfig(serviceConfig(config));
  }

  /**
   * Returns a service config that chooses our load balancing, for {@link
   * ManagedChannelBuilder#defaultServiceConfig}. Where our policy is missing, {@code round_robin}
   * takes its place.
   */
  public static Map<String, Object> serviceConfig(ZoneAwareConfig config) {
    return Map.of(
        "loadBalancingConfig",
        List.of(Map.of(POLICY, config.toJson()), Map.of("round_robin", Map.of())));
  }

  /**
   * Returns what has gRPC's retries and hedges go to other endpoints than the attempts before, for
   * {@link ManagedChannelBuilder#intercept}; the builders of {@link #channel} have it already.
   */
  public static ClientInterceptor retryElsewhere() {
    return Attempts.INTERCEPTOR;
  }

  /** Health is the load balancer's: it sees the connections. */
  static WatchOptions forResolver(WatchOptions options) {
    return options.withHealth(HealthOptions.OFF);
  }
}
