package io.slicewise.discovery.spring;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ServiceTarget;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells which Service a name means: what is configured for it, else the name itself, {@code
 * checkout} or {@code checkout.shop}. Immutable, thread safe.
 */
final class ServiceNames {

  private final SlicewiseProperties properties;
  private final String defaultNamespace;
  private final List<WatchOptionsCustomizer> customizers;

  ServiceNames(
      SlicewiseProperties properties,
      String defaultNamespace,
      List<WatchOptionsCustomizer> customizers) {
    this.properties = properties;
    this.defaultNamespace = defaultNamespace;
    this.customizers = List.copyOf(customizers);
  }

  /** Reads all that is configured, so that a mistake is found at start. */
  void check() {
    properties.services().keySet().forEach(this::configured);
  }

  /** Returns the Service of a name, or null if the name can be no Service's. */
  @Nullable NamedService find(String id) {
    NamedService configured = configured(id);
    if (configured != null) {
      return configured;
    }
    ServiceTarget target;
    try {
      target = ServiceTarget.parse(id.toLowerCase(Locale.ROOT)); // as in DNS
    } catch (IllegalArgumentException e) {
      return null;
    }
    return new NamedService(
        id,
        target.inNamespace(defaultNamespace),
        customize(id, WatchOptions.DEFAULTS),
        false,
        null,
        false);
  }

  private @Nullable NamedService configured(String id) {
    SlicewiseProperties.Service service = properties.services().get(id);
    if (service == null) {
      return null;
    }
    try {
      return new NamedService(
          id,
          target(id, service),
          customize(id, options(service)),
          true,
          service.secure(),
          service.dnsName());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("slicewise.services[" + id + "]: " + e.getMessage(), e);
    }
  }

  private ServiceTarget target(String id, SlicewiseProperties.Service service) {
    String name = service.service() == null ? id.toLowerCase(Locale.ROOT) : service.service();
    ServiceTarget named = ServiceTarget.parse(name);
    PortSelector port = service.port() == null ? named.port() : PortSelector.parse(service.port());
    String namespace = service.namespace() == null ? named.namespace() : service.namespace();
    return new ServiceTarget(named.pod(), named.service(), namespace, port)
        .inNamespace(defaultNamespace);
  }

  private WatchOptions options(SlicewiseProperties.Service service) {
    WatchOptions options = WatchOptions.DEFAULTS.withHostNames(service.hostNames());
    if (service.policy() != null || service.tolerance() != null) {
      SlicewiseProperties.Policy policy =
          service.policy() == null ? properties.policy() : service.policy();
      double tolerance = service.tolerance() == null ? properties.tolerance() : service.tolerance();
      options = options.withPolicy(policy.topology(tolerance));
    }
    PickStrategy strategy = service.strategy();
    options = strategy == null ? options : options.withStrategy(strategy);
    if (service.ejection() != null || service.slowStart() != null) {
      HealthOptions health = properties.health().options();
      health = service.ejection() == null ? health : health.withEjection(service.ejection());
      health = service.slowStart() == null ? health : health.withSlowStart(service.slowStart());
      options = options.withHealth(health);
    }
    return options;
  }

  private WatchOptions customize(String id, WatchOptions options) {
    WatchOptions now = options;
    for (WatchOptionsCustomizer customizer : customizers) {
      now = customizer.customize(id, now);
    }
    return now;
  }
}
