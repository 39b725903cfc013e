package io.slicewise.discovery.internal;

import io.slicewise.discovery.source.ApiStatus;

/** What a failed request means for the person who runs the application, and what to do. */
final class Problems {

  private Problems() {}

  /** Returns one line for a refused list or watch. */
  static String refused(ApiStatus status, String namespace, String server) {
    return switch (status.code()) {
      case 401 ->
          server
              + " does not accept the credentials (401): check that the token or client certificate"
              + " has not expired and belongs to this cluster";
      case 403 -> forbidden(status, namespace);
      case 404 ->
          server
              + " does not know discovery.k8s.io/v1 EndpointSlices (404): Kubernetes 1.21 or newer"
              + " is needed";
      case 429 -> server + " is busy (429): " + status.message();
      default -> server + " answered " + status;
    };
  }

  private static String forbidden(ApiStatus status, String namespace) {
    String verb = status.message().contains("cannot list") ? "list" : "watch";
    return String.format(
        "forbidden (403) to %s endpointslices.discovery.k8s.io in namespace %s: apply the Role"
            + " {%s} and bind it to this client's account. The server says: %s",
        verb, namespace, role(namespace), status.message());
  }

  /** Returns the Role that discovery needs in a namespace, in one line of YAML. */
  static String role(String namespace) {
    return "apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name:"
        + " endpointslice-reader, namespace: "
        + namespace
        + "}, rules: [{apiGroups: [\"discovery.k8s.io\"], resources: [\"endpointslices\"], verbs:"
        + " [\"list\", \"watch\"]}]";
  }
}
