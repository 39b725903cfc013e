package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

/**
 * The namespace and name of a Service.
 *
 * @param namespace the namespace, never empty
 * @param name the Service's name, never empty
 */
public record ServiceId(String namespace, String name) {

  public ServiceId {
    requireNonNull(namespace, "namespace");
    requireNonNull(name, "name");
  }

  /** Returns {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + '/' + name;
  }
}
