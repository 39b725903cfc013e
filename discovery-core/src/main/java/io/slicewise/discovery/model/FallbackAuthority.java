package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

/**
 * Where calls go while nothing is known of a Service: a name that DNS resolves, and a port. Inside
 * a cluster that is the Service's own name, which kube-proxy serves: {@code checkout.shop.svc:80}.
 *
 * @param host a DNS name, or an IP address (IPv6 without brackets)
 * @param port the port there, 1 to 65535: the Service's own, not the target port
 */
public record FallbackAuthority(String host, int port) {

  public FallbackAuthority {
    if (requireNonNull(host, "host").isBlank()) {
      throw new IllegalArgumentException("host: \"" + host + "\" (expected: a name or an address)");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
    }
  }

  /**
   * Reads {@code host:port}, an IPv6 address in brackets.
   *
   * @throws IllegalArgumentException if the text is no such thing
   */
  public static FallbackAuthority parse(String text) {
    int colon = requireNonNull(text, "text").lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    if (colon < 0 || (bare.indexOf(':') >= 0 && !bracketed)) {
      throw new IllegalArgumentException("fallback: " + text + " (expected: host:port)");
    }
    try {
      return new FallbackAuthority(bare, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("fallback: " + text + " (expected: host:port)", e);
    }
  }

  /** Returns {@code host:port}, which {@link #parse} reads back. */
  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
