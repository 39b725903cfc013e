package io.slicewise.discovery.http;

import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ServiceTarget;
import java.util.Locale;
import java.util.Objects;
import okhttp3.HttpUrl;

/**
 * Which URLs mean a Service, and which port of it. Immutable.
 *
 * <p>A URL without a port means the target's port; {@link HttpUrl} does not tell it from one with
 * the default port of its scheme.
 */
final class ServiceUrls {

  private final ServiceTarget target;
  private final String defaultNamespace;
  private final HttpUrl base;

  /**
   * Creates the URLs of a target.
   *
   * @param target the target, its namespace filled in
   * @param defaultNamespace the namespace of hosts that name none
   * @param authority host, and port if any, of URLs that are given as a path
   */
  ServiceUrls(ServiceTarget target, String defaultNamespace, String scheme, String authority) {
    this.target = target;
    this.defaultNamespace = defaultNamespace;
    HttpUrl parsed = HttpUrl.parse(scheme + "://" + authority + "/");
    if (parsed == null || parsed.pathSize() != 1 || !parsed.pathSegments().get(0).isEmpty()) {
      throw new IllegalArgumentException(
          "authority: " + authority + " (expected: host or host:port)");
    }
    this.base = parsed;
  }

  /** Returns the name of a target in cluster DNS, without the cluster's domain. */
  static String authority(ServiceTarget target) {
    String service = target.service() + "." + target.namespace() + ".svc";
    return target.pod() == null ? service : target.pod() + "." + service;
  }

  /** Returns the scheme that is usual at the target's port. */
  static String scheme(ServiceTarget target) {
    PortSelector port = target.port();
    return port != null && "https".equals(port.name()) ? "https" : "http";
  }

  /** The root of the Service, from which paths are resolved. */
  HttpUrl base() {
    return base;
  }

  /**
   * Returns the URL of a path, or a whole URL.
   *
   * @throws IllegalArgumentException if it is not one of this Service
   */
  HttpUrl resolve(String pathOrUrl) {
    HttpUrl url = base.resolve(Objects.requireNonNull(pathOrUrl, "pathOrUrl"));
    if (url == null) {
      throw new IllegalArgumentException(
          "url: " + pathOrUrl + " (expected: a path, or an http or https URL of " + target + ")");
    }
    return require(url);
  }

  /**
   * Returns the URL if it is one of this Service.
   *
   * @throws IllegalArgumentException if it is not
   */
  HttpUrl require(HttpUrl url) {
    if (!isService(url.host())) {
      throw new IllegalArgumentException(
          String.format(
              "host: %s (expected: %s or another name of %s)", url.host(), base.host(), target));
    }
    return url;
  }

  /** Whether a host name is one of this Service, in any spelling of a target. */
  boolean isService(String host) {
    if (host.equals(base.host())) {
      return true;
    }
    try {
      ServiceTarget named = ServiceTarget.parse(host.toLowerCase(Locale.ROOT));
      return new ServiceTarget(named.pod(), named.service(), named.namespace(), target.port())
          .inNamespace(defaultNamespace)
          .equals(target);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns what to watch for a URL: the target, or the same Service at the URL's port. */
  ServiceTarget target(HttpUrl url) {
    boolean own =
        url.port() == HttpUrl.defaultPort(url.scheme())
            || (url.port() == base.port() && url.host().equals(base.host()));
    return own
        ? target
        : new ServiceTarget(
            target.pod(), target.service(), target.namespace(), new PortSelector(null, url.port()));
  }
}
