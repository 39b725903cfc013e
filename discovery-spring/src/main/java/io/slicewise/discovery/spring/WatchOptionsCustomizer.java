package io.slicewise.discovery.spring;

import io.slicewise.discovery.WatchOptions;

/**
 * A bean that says in code how the watch of a Service differs, an {@link
 * io.slicewise.discovery.policy.EndpointFilter} say. Beans are asked in their order, after the
 * properties. Must be quick: it is asked at the first call to a Service.
 */
@FunctionalInterface
public interface WatchOptionsCustomizer {

  /**
   * Returns the options to use.
   *
   * @param serviceId the name that the application calls the Service by
   * @param options what the properties say, and earlier beans
   */
  WatchOptions customize(String serviceId, WatchOptions options);
}
