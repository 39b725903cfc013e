package io.slicewise.discovery.spring.grpc;

import io.grpc.ManagedChannelBuilder;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.grpc.SlicewiseGrpc;
import io.slicewise.discovery.grpc.ZoneAwareConfig;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.ZoneAware;
import io.slicewise.discovery.spring.NamedService;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SlicewiseProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;

/**
 * Gives channels to Services the application's discovery, and load balancing set up as its
 * properties say. Channels to anything else are left alone. Thread safe.
 *
 * @param <T> the builder of a channel
 */
final class SliceChannels<T extends ManagedChannelBuilder<T>>
    implements GrpcChannelBuilderCustomizer<T> {

  /** A zone where there is nobody: calls from there go everywhere alike. */
  private static final String NOWHERE = "(none)";

  private final ServiceDiscovery discovery;
  private final ServiceWatches watches;
  private final SlicewiseProperties properties;
  private final ChannelTargets targets;

  SliceChannels(
      ServiceDiscovery discovery,
      ServiceWatches watches,
      SlicewiseProperties properties,
      ChannelTargets targets) {
    this.discovery = discovery;
    this.watches = watches;
    this.properties = properties;
    this.targets = targets;
  }

  @Override
  public void customize(String channel, T builder) {
    ServiceTarget target = targets.find(channel);
    if (target != null) {
      NamedService service = watches.named(target);
      builder
          .intercept(SlicewiseGrpc.retryElsewhere())
          .setNameResolverArg(SlicewiseGrpc.DISCOVERY, discovery)
          .setNameResolverArg(SlicewiseGrpc.OPTIONS, service.options())
          .defaultServiceConfig(SlicewiseGrpc.serviceConfig(config(service)));
    }
  }

  /** Returns the service config of a channel, or null if it goes to no Service. */
  @Nullable Map<String, Object> serviceConfig(String channel) {
    ServiceTarget target = targets.find(channel);
    return target == null ? null : SlicewiseGrpc.serviceConfig(config(watches.named(target)));
  }

  private ZoneAwareConfig config(NamedService service) {
    WatchOptions options = service.options();
    TopologyPolicy policy =
        options.policy() == null
            ? properties.policy().topology(properties.tolerance())
            : options.policy();
    PickStrategy strategy = options.strategy();
    HealthOptions health = options.health();
    return new ZoneAwareConfig(
        policy instanceof ZoneAware zoneAware
            ? zoneAware
            : ZoneAware.DEFAULTS.withTolerance(tolerance(service)),
        strategy == null ? properties.strategy() : strategy,
        health == null ? properties.health().options() : health,
        ZoneAwareConfig.DEFAULTS.failOnDeadline(),
        ZoneAwareConfig.DEFAULTS.maxConnecting(),
        policy.usesCallers() ? null : NOWHERE,
        Map.of());
  }

  private double tolerance(NamedService service) {
    SlicewiseProperties.Service own = properties.services().get(service.id());
    Double tolerance = own == null ? null : own.tolerance();
    return tolerance == null ? properties.tolerance() : tolerance;
  }
}
