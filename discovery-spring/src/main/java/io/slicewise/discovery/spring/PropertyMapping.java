package io.slicewise.discovery.spring;

import io.slicewise.discovery.ServiceDiscoveryBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.PropertyMapper;

/** Hands properties on to the core's builder; what is not set stays as the core has it. */
final class PropertyMapping {

  private PropertyMapping() {}

  /**
   * Applies all but the cluster.
   *
   * @param fallbackZone the zone that Spring Cloud was told, used where ours was not
   */
  static void apply(
      SlicewiseProperties properties,
      @Nullable String fallbackZone,
      ServiceDiscoveryBuilder builder) {
    PropertyMapper map = PropertyMapper.get();
    map.from(properties.namespace()).to(builder::namespace);
    map.from(properties.zone() == null ? fallbackZone : properties.zone()).to(builder::zone);
    map.from(properties.node()).to(builder::node);
    builder
        .readNode(properties.readNode())
        .policy(properties.policy().topology(properties.tolerance()))
        .strategy(properties.strategy())
        .health(properties.health().options())
        .findCallers(properties.callers().find());
    if (!properties.callers().shares().isEmpty()) {
      builder.callers(properties.callers().shares());
    }
    map.from(properties.callers().service()).to(builder::callerService);
    SlicewiseProperties.Watch watch = properties.watch();
    map.from(watch.family()).to(builder::family);
    builder
        .linger(watch.linger())
        .staleAfter(watch.staleAfter())
        .connectJitter(watch.connectJitter())
        .wholeNamespace(watch.wholeNamespace())
        .servicePortNumbers(watch.servicePortNumbers());
  }
}
