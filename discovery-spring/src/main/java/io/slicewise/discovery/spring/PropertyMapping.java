package io.slicewise.discovery.spring;

import io.slicewise.discovery.ServiceDiscoveryBuilder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Hands properties on to the core's builder; what is not set stays as the core has it. */
final class PropertyMapping {

  private static final String SPRINGS_ZONE = "spring.cloud.loadbalancer.zone";

  private PropertyMapping() {}

  /**
   * Applies all but the cluster.
   *
   * @param springsZone the zone that Spring Cloud was told, used where ours was not
   * @throws InvalidConfigurationPropertyValueException if the core refuses a value
   */
  static void apply(
      SlicewiseProperties properties,
      @Nullable String springsZone,
      ServiceDiscoveryBuilder builder) {
    set("slicewise.namespace", properties.namespace(), builder::namespace);
    if (properties.zone() == null) {
      set(
          SPRINGS_ZONE,
          springsZone == null || springsZone.isBlank() ? null : springsZone,
          builder::zone);
    } else {
      set("slicewise.zone", properties.zone(), builder::zone);
    }
    set("slicewise.node", properties.node(), builder::node);
    set("slicewise.subset", properties.subset(), builder::subset);
    SlicewiseProperties.Callers callers = properties.callers();
    builder
        .readNode(properties.readNode())
        .policy(properties.policy().topology(properties.tolerance()))
        .strategy(properties.strategy())
        .health(properties.health().options())
        .findCallers(callers.find());
    if (!callers.shares().isEmpty()) {
      set("slicewise.callers.shares", callers.shares(), builder::callers);
    }
    set("slicewise.callers.service", callers.service(), builder::callerService);
    SlicewiseProperties.Watch watch = properties.watch();
    set("slicewise.watch.family", watch.family(), builder::family);
    builder
        .linger(watch.linger())
        .staleAfter(watch.staleAfter())
        .connectJitter(watch.connectJitter())
        .wholeNamespace(watch.wholeNamespace())
        .servicePortNumbers(watch.servicePortNumbers());
    SlicewiseProperties.Stability stability = properties.stability();
    set("slicewise.stability.max-stale", stability.maxStale(), builder::maxStale);
    set("slicewise.stability.snapshot", stability.snapshot(), builder::snapshot);
    builder.snapshotMaxAge(stability.snapshotMaxAge()).fallbackAfter(stability.fallbackAfter());
  }

  private static <V> void set(String property, @Nullable V value, Consumer<V> setting) {
    if (value == null) {
      return;
    }
    try {
      setting.accept(value);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationPropertyValueException(
          property, value, String.valueOf(e.getMessage()), e);
    }
  }
}
