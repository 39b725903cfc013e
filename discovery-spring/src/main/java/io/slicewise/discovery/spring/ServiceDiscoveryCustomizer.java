package io.slicewise.discovery.spring;

import io.slicewise.discovery.ServiceDiscoveryBuilder;

/** A bean that sets up the application's discovery in code, after the properties have. */
@FunctionalInterface
public interface ServiceDiscoveryCustomizer {

  /** Changes the builder. */
  void customize(ServiceDiscoveryBuilder builder);
}
