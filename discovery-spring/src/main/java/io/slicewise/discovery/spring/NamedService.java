package io.slicewise.discovery.spring;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.SlicePort;
import org.jspecify.annotations.Nullable;

/**
 * What the application calls a Service by, and what is meant.
 *
 * @param id the name that the application uses, the host of its URIs
 * @param target the Service, its namespace filled in
 * @param options how it is watched
 * @param configured whether the application's configuration names it
 * @param secure whether it is called by https, or null if its port tells
 * @param dnsName whether calls go to its DNS name instead of a pod
 */
public record NamedService(
    String id,
    ServiceTarget target,
    WatchOptions options,
    boolean configured,
    @Nullable Boolean secure,
    boolean dnsName) {

  public NamedService {
    requireNonNull(id, "id");
    requireNonNull(target, "target");
    requireNonNull(options, "options");
  }

  /** The Service's DNS name, as it is known in all of the cluster. */
  public String host() {
    return target.service() + "." + target.namespace() + ".svc";
  }

  /** Whether it is called by https, where its port is this one. */
  public boolean isSecure(@Nullable SlicePort port) {
    if (secure != null) {
      return secure;
    }
    return port != null
        && ("https".equals(port.appProtocol())
            || "kubernetes.io/wss".equals(port.appProtocol())
            || port.name().equals("https")
            || port.name().startsWith("https-"));
  }
}
