package io.slicewise.discovery.samples.mesh;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.slicewise.discovery.ServiceDiscovery;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The calling side of a mesh in one process: one discovery, one identity, and a {@link MeshService}
 * for each Service that is called. Thread safe.
 *
 * <p>The discovery finds the Service that the process itself belongs to, whose endpoints are the
 * callers by which calls are spread over zones.
 */
public final class MeshClient implements AutoCloseable {

  private final ServiceDiscovery discovery;
  private final MutualTls tls;
  private final ZoneMetrics metrics;
  private final List<MeshService> services = new CopyOnWriteArrayList<>();

  /**
   * Creates a client.
   *
   * @param discovery closed with this
   * @param identity what to show to servers and whom to trust; not closed with this
   * @param meters where {@link ZoneMetrics} go
   */
  public MeshClient(ServiceDiscovery discovery, RotatingIdentity identity, MeterRegistry meters) {
    this.discovery = requireNonNull(discovery, "discovery");
    this.tls = new MutualTls(requireNonNull(identity, "identity"));
    this.metrics = new ZoneMetrics(requireNonNull(meters, "meters"));
  }

  /**
   * Begins to follow a Service; keep one for each.
   *
   * @param target {@code service.namespace:port}; a port that is not named {@code https} is called
   *     over TLS all the same
   * @throws IllegalArgumentException if {@code target} cannot be read
   * @throws IllegalStateException if this is closed
   */
  public MeshService service(String target, Canary canary) {
    MeshService service = new MeshService(target, discovery, tls, canary, metrics);
    services.add(service);
    return service;
  }

  /** Ends all services and the discovery; calls under way end as they would. Idempotent. */
  @Override
  public void close() {
    services.forEach(MeshService::close);
    discovery.close();
  }
}
