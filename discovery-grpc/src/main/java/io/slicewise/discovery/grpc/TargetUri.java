package io.slicewise.discovery.grpc;

import io.slicewise.discovery.model.ServiceTarget;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Service's name from the parts of a target URI.
 *
 * <p>All of these are the Service {@code checkout} in the namespace {@code shop}: {@code
 * k8s:///checkout.shop:grpc}, {@code k8s:checkout.shop:grpc}, {@code k8s:///shop/checkout:grpc},
 * {@code k8s://shop/checkout:grpc}, {@code k8s://checkout.shop:8080/}. They are those of
 * kuberesolver, and those that follow from them.
 */
final class TargetUri {

  private TargetUri() {}

  /**
   * Returns the target.
   *
   * @param authority what follows the two slashes, or null
   * @param path what follows that, with its slash
   * @param rest a query or fragment, which a target has not, or null
   * @throws IllegalArgumentException if the URI is none of ours
   */
  static ServiceTarget parse(
      String uri, @Nullable String authority, @Nullable String path, @Nullable String rest) {
    String place = authority == null ? "" : authority;
    String name = path == null ? "" : path.startsWith("/") ? path.substring(1) : path;
    if (name.endsWith("/")) {
      name = name.substring(0, name.length() - 1);
    }
    try {
      if (rest != null) {
        throw new IllegalArgumentException("a query or fragment: " + rest + " (expected: none)");
      }
      if (place.isEmpty()) {
        int slash = name.indexOf('/');
        return slash < 0
            ? ServiceTarget.parse(name)
            : within(name.substring(0, slash), name.substring(slash + 1));
      }
      return name.isEmpty() ? ServiceTarget.parse(place) : within(place, name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "target: "
              + uri
              + " (expected: k8s:///service.namespace:port, or the namespace before a slash): "
              + e.getMessage(),
          e);
    }
  }

  private static ServiceTarget within(String namespace, String name) {
    if (namespace.isEmpty() || namespace.indexOf(':') >= 0 || namespace.indexOf('.') >= 0) {
      throw new IllegalArgumentException(
          "namespace: " + namespace + " (expected: a name of one part)");
    }
    ServiceTarget target = ServiceTarget.parse(name);
    if (target.namespace() != null && !target.namespace().equals(namespace)) {
      throw new IllegalArgumentException(
          "namespace: " + namespace + " and " + target.namespace() + " (expected: one)");
    }
    return target.inNamespace(namespace);
  }
}
