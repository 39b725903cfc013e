package io.slicewise.discovery.spring;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.ServiceWatch;

/**
 * A Service that is followed, by the name that the application calls it by.
 *
 * @param service what is meant by the name
 * @param watch the hold on it; not to be closed by who asks for it
 */
public record FollowedService(NamedService service, ServiceWatch watch) {

  public FollowedService {
    requireNonNull(service, "service");
    requireNonNull(watch, "watch");
  }
}
