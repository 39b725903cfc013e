package io.slicewise.discovery.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A type of object that the server serves. */
enum Resource {
  ENDPOINT_SLICES("discovery.k8s.io", "endpointslices", "EndpointSlice", true, ""),
  SERVICES("", "services", "Service", true, "svc"),
  ENDPOINTS("", "endpoints", "Endpoints", true, "ep"),
  NODES("", "nodes", "Node", false, "no"),
  NAMESPACES("", "namespaces", "Namespace", false, "ns");

  private final String group;
  private final String plural;
  private final String kind;
  private final boolean namespaced;
  private final String shortName;

  Resource(String group, String plural, String kind, boolean namespaced, String shortName) {
    this.group = group;
    this.plural = plural;
    this.kind = kind;
    this.namespaced = namespaced;
    this.shortName = shortName;
  }

  /** The API group, empty for the core group. */
  String group() {
    return group;
  }

  String plural() {
    return plural;
  }

  String singular() {
    return this == ENDPOINTS ? "endpoints" : plural.substring(0, plural.length() - 1);
  }

  String kind() {
    return kind;
  }

  boolean namespaced() {
    return namespaced;
  }

  List<String> shortNames() {
    return shortName.isEmpty() ? List.of() : List.of(shortName);
  }

  KindRules rules() {
    return switch (this) {
      case ENDPOINT_SLICES -> new SliceRules();
      case SERVICES -> new ServiceRules();
      case ENDPOINTS -> new EndpointsRules();
      case NODES -> new NodeRules();
      case NAMESPACES -> new NamespaceRules();
    };
  }

  String apiVersion() {
    return group.isEmpty() ? "v1" : group + "/v1";
  }

  /** As error messages name it: {@code endpointslices.discovery.k8s.io}. */
  String qualifiedName() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** As validation messages name it: {@code EndpointSlice.discovery.k8s.io}. */
  String qualifiedKind() {
    return group.isEmpty() ? kind : kind + "." + group;
  }

  /** The start of every serialised object, which items of a list leave out. */
  String header() {
    return "{\"kind\":\"" + kind + "\",\"apiVersion\":\"" + apiVersion() + "\",";
  }

  static @Nullable Resource find(String group, String plural) {
    for (Resource resource : values()) {
      if (resource.group.equals(group) && resource.plural.equals(plural)) {
        return resource;
      }
    }
    return null;
  }

  static Resource ofKind(String kind) {
    for (Resource resource : values()) {
      if (resource.kind.equals(kind)) {
        return resource;
      }
    }
    throw new IllegalArgumentException(
        "kind: " + kind + " (expected: EndpointSlice, Service, Endpoints, Node or Namespace)");
  }
}
