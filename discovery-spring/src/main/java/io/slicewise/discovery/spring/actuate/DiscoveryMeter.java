package io.slicewise.discovery.spring.actuate;

import org.jspecify.annotations.Nullable;

/**
 * The names of the meters, which are a promise. Tags avoid {@code service}, {@code namespace} and
 * {@code pod}: Prometheus gives those to whatever it scrapes in Kubernetes.
 */
enum DiscoveryMeter {
  STREAMS("slicewise.streams", null, "Watches of the API server that are open"),
  STREAM_ENDS("slicewise.stream.ends", null, "Watches of the API server that have ended"),
  RELISTS("slicewise.relists", null, "Complete lists that replaced what was known"),
  FAILURES("slicewise.failures", null, "Requests to the API server that failed"),
  WATCHES("slicewise.watches", null, "Watches of Services that are open"),
  STALENESS("slicewise.staleness", "seconds", "Time since the API server was last followed"),
  VIEWS("slicewise.views.published", null, "Views with other content, state or shares"),
  PROPAGATION("slicewise.propagation", null, "Time from a change of a pod or Service to here"),
  ENDPOINTS("slicewise.endpoints", null, "Endpoints by their condition"),
  ELIGIBLE("slicewise.endpoints.eligible", null, "Endpoints that calls go to"),
  CALLS("slicewise.calls", null, "Calls that were started"),
  ACTIVE("slicewise.calls.active", null, "Calls in flight"),
  EJECTIONS("slicewise.ejections", null, "Endpoints left out because calls to them failed");

  private final String id;
  private final @Nullable String unit;
  private final String description;

  DiscoveryMeter(String id, @Nullable String unit, String description) {
    this.id = id;
    this.unit = unit;
    this.description = description;
  }

  /** The name of the meter. */
  String id() {
    return id;
  }

  /** The unit of its value, or null for a number of things. */
  @Nullable String unit() {
    return unit;
  }

  String description() {
    return description;
  }
}
