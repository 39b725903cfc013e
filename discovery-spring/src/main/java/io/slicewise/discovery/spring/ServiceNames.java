package io.slicewise.discovery.spring;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.FallbackAuthority;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

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

  /**
   * Reads all that is configured, so that a mistake is found at start.
   *
   * @throws InvalidConfigurationPropertyValueException if something cannot be read
   */
  void check() {
    properties
        .services()
        .forEach(
            (id, service) -> {
              target(id, service);
              options(id, service);
            });
  }

  /** Returns the Service of a name, or null if the name can be no Service's. */
  @Nullable NamedService find(String id) {
    String name = id.toLowerCase(Locale.ROOT); // as in DNS
    SlicewiseProperties.Service exact = properties.services().get(id);
    SlicewiseProperties.Service service = exact == null ? properties.services().get(name) : exact;
    if (service != null) {
      return configured(id, service);
    }
    try {
      return unconfigured(id, ServiceTarget.parse(name));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Returns what is configured for a target that was not named by an id but in full: the entry that
   * means the same Service, whatever its port.
   */
  NamedService find(ServiceTarget target) {
    ServiceTarget full = target.inNamespace(defaultNamespace);
    for (Map.Entry<String, SlicewiseProperties.Service> entry :
        new TreeMap<>(properties.services()).entrySet()) {
      ServiceTarget meant = target(entry.getKey(), entry.getValue());
      if (meant.serviceId().equals(full.serviceId()) && Objects.equals(meant.pod(), full.pod())) {
        return configured(entry.getKey(), entry.getValue());
      }
    }
    ServiceTarget portless =
        new ServiceTarget(target.pod(), target.service(), target.namespace(), null);
    return unconfigured(portless.toString(), full);
  }

  private NamedService configured(String id, SlicewiseProperties.Service service) {
    return new NamedService(
        id,
        target(id, service),
        customize(id, options(id, service)),
        true,
        service.secure(),
        service.dnsName());
  }

  private NamedService unconfigured(String id, ServiceTarget target) {
    return new NamedService(
        id,
        target.inNamespace(defaultNamespace),
        customize(id, WatchOptions.DEFAULTS),
        false,
        null,
        false);
  }

  private ServiceTarget target(String id, SlicewiseProperties.Service service) {
    ServiceTarget named =
        service.service() == null
            ? read(id, "service", id, name -> ServiceTarget.parse(name.toLowerCase(Locale.ROOT)))
            : read(id, "service", service.service(), ServiceTarget::parse);
    PortSelector port =
        service.port() == null
            ? named.port()
            : read(id, "port", service.port(), PortSelector::parse);
    ServiceTarget withPort =
        new ServiceTarget(named.pod(), named.service(), named.namespace(), port);
    ServiceTarget target =
        service.namespace() == null
            ? withPort
            : read(
                id,
                "namespace",
                service.namespace(),
                other -> new ServiceTarget(named.pod(), named.service(), other, port));
    return target.inNamespace(defaultNamespace);
  }

  private WatchOptions options(String id, SlicewiseProperties.Service service) {
    WatchOptions options = WatchOptions.DEFAULTS.withHostNames(service.hostNames());
    if (service.fallback() != null) {
      options =
          options.withFallback(read(id, "fallback", service.fallback(), FallbackAuthority::parse));
    }
    Double tolerance = service.tolerance();
    if (service.policy() != null || tolerance != null) {
      SlicewiseProperties.Policy policy =
          service.policy() == null ? properties.policy() : service.policy();
      TopologyPolicy topology =
          tolerance == null
              ? policy.topology(properties.tolerance())
              : read(id, "tolerance", tolerance, policy::topology);
      options = options.withPolicy(topology);
    }
    PickStrategy strategy = service.strategy();
    options = strategy == null ? options : options.withStrategy(strategy);
    Integer subset = service.subset();
    options = subset == null ? options : read(id, "subset", subset, options::withSubset);
    Duration slowStart = service.slowStart();
    if (service.ejection() != null || slowStart != null) {
      HealthOptions health = properties.health().options();
      health = service.ejection() == null ? health : health.withEjection(service.ejection());
      health =
          slowStart == null ? health : read(id, "slow-start", slowStart, health::withSlowStart);
      options = options.withHealth(health);
    }
    return options;
  }

  /** Reads a value, or says which property it is the value of. */
  private static <V, T> T read(String id, String property, V value, Function<V, T> reader) {
    try {
      return reader.apply(value);
    } catch (IllegalArgumentException e) {
      String entry = id.indexOf('.') < 0 ? "." + id : "[" + id + "]";
      throw new InvalidConfigurationPropertyValueException(
          "slicewise.services" + entry + "." + property, value, String.valueOf(e.getMessage()), e);
    }
  }

  private WatchOptions customize(String id, WatchOptions options) {
    WatchOptions now = options;
    for (WatchOptionsCustomizer customizer : customizers) {
      now = customizer.customize(id, now);
    }
    return now;
  }
}
