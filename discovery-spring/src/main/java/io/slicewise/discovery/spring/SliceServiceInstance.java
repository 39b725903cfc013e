package io.slicewise.discovery.spring;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SlicePort;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;

/**
 * One endpoint of a Service, as Spring Cloud sees it. Immutable, thread safe.
 *
 * <p>Its metadata say {@code zone}, {@code node}, {@code pod}, {@code namespace}, {@code service},
 * {@code port.name} and {@code port.appProtocol}, those that are known.
 */
public class SliceServiceInstance implements ServiceInstance {

  private final NamedService service;
  private final Endpoint endpoint;
  private final @Nullable SlicePort port;
  private @Nullable Map<String, String> metadata; // made when it is asked for; a race makes two

  /** Creates an instance for an endpoint of a view. */
  public SliceServiceInstance(NamedService service, Endpoint endpoint, ServiceView view) {
    this.service = service;
    this.endpoint = endpoint;
    this.port = view.port();
  }

  /** The endpoint. */
  public final Endpoint endpoint() {
    return endpoint;
  }

  /** The pod's name, or address and port where there is no pod. */
  @Override
  public String getInstanceId() {
    String pod = endpoint.pod();
    return pod == null ? endpoint.authority() : pod;
  }

  /** The name that the application calls the Service by. */
  @Override
  public String getServiceId() {
    return service.id();
  }

  /** The address, an IPv6 address in brackets, or the Service's DNS name if that is configured. */
  @Override
  public String getHost() {
    if (service.dnsName()) {
      return service.host();
    }
    return switch (endpoint.addressType()) {
      case IPV6 -> "[" + endpoint.address() + "]";
      default -> endpoint.address();
    };
  }

  @Override
  public int getPort() {
    if (!service.dnsName()) {
      return endpoint.port();
    }
    int number = service.target().port() == null ? 0 : service.target().port().number();
    return number > 0 ? number : isSecure() ? 443 : 80;
  }

  @Override
  public boolean isSecure() {
    return service.isSecure(port);
  }

  @Override
  public URI getUri() {
    return URI.create((isSecure() ? "https://" : "http://") + getHost() + ":" + getPort());
  }

  @Override
  public Map<String, String> getMetadata() {
    Map<String, String> now = metadata;
    if (now == null) {
      now = describe();
      metadata = now;
    }
    return now;
  }

  private Map<String, String> describe() {
    Map<String, String> all = new LinkedHashMap<>();
    put(all, "zone", endpoint.zone());
    put(all, "node", endpoint.node());
    put(all, "pod", endpoint.pod());
    put(all, "namespace", service.target().namespace());
    put(all, "service", service.target().service());
    if (port != null) {
      put(all, "port.name", port.name().isEmpty() ? null : port.name());
      put(all, "port.appProtocol", port.appProtocol());
    }
    return Map.copyOf(all);
  }

  private static void put(Map<String, String> all, String key, @Nullable String value) {
    if (value != null) {
      all.put(key, value);
    }
  }

  /** Two are equal if they stand for the same endpoint of the same Service. */
  @Override
  public boolean equals(@Nullable Object o) {
    return o == this
        || (o instanceof SliceServiceInstance other
            && service.id().equals(other.service.id())
            && endpoint.equals(other.endpoint));
  }

  @Override
  public int hashCode() {
    return Objects.hash(service.id(), endpoint);
  }

  /** Returns the name and the endpoint, for logs. */
  @Override
  public String toString() {
    return service.id() + " at " + endpoint;
  }
}
