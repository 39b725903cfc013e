package io.slicewise.discovery.testkit;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for objects, as its method, path and query describe it.
 *
 * @param namespace null for all namespaces and for objects that have none
 * @param name empty for a request about many objects
 * @param subresource empty, or {@code status}
 */
record ApiRequest(
    Resource resource,
    String verb,
    @Nullable String namespace,
    String name,
    String subresource,
    Map<String, String> query) {

  ApiRequest {
    query = Map.copyOf(query);
  }

  /** Null when the path is not that of a type of object. */
  static @Nullable ApiRequest parse(String method, String path, Map<String, String> query) {
    List<String> parts = List.of(path.substring(1).split("/", -1));
    String group;
    int at;
    if (path.startsWith("/api/v1/")) {
      group = "";
      at = 2;
    } else if (path.startsWith("/apis/discovery.k8s.io/v1/")) {
      group = "discovery.k8s.io";
      at = 3;
    } else {
      return null;
    }
    String namespace = null;
    // /namespaces/NAME is a Namespace, /namespaces/NAME/services are objects in it.
    if (parts.get(at).equals("namespaces")
        && parts.size() > at + 2
        && Resource.find(group, parts.get(at + 2)) != null) {
      namespace = parts.get(at + 1);
      at += 2;
    }
    Resource resource = Resource.find(group, parts.get(at));
    if (resource == null || (namespace != null && !resource.namespaced())) {
      return null;
    }
    String name = parts.size() > at + 1 ? parts.get(at + 1) : "";
    String subresource = parts.size() > at + 2 ? parts.get(at + 2) : "";
    if (parts.size() > at + 3 || (!subresource.isEmpty() && !subresource.equals("status"))) {
      return null;
    }
    return new ApiRequest(resource, verb(method, name, query), namespace, name, subresource, query);
  }

  private static String verb(String method, String name, Map<String, String> query) {
    return switch (method) {
      case "GET" -> isTrue(query.get("watch")) ? "watch" : name.isEmpty() ? "list" : "get";
      case "POST" -> name.isEmpty() ? "create" : "";
      case "PUT" -> name.isEmpty() ? "" : "update";
      case "PATCH" -> name.isEmpty() ? "" : "patch";
      case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
      default -> "";
    };
  }

  private static boolean isTrue(@Nullable String value) {
    return value != null && (value.equals("true") || value.equals("1"));
  }

  String parameter(String parameter) {
    return query.getOrDefault(parameter, "");
  }

  boolean flag(String parameter) {
    return isTrue(query.get(parameter));
  }

  ObjectKey key() {
    return new ObjectKey(namespace == null ? "" : namespace, name);
  }

  Selection selection() {
    FieldSelector fields =
        name.isEmpty()
            ? FieldSelector.parse(parameter("fieldSelector"))
            : FieldSelector.parse("metadata.name=" + name);
    return new Selection(namespace, LabelSelector.parse(parameter("labelSelector")), fields);
  }

  /** 0 when the parameter is empty, which a client may as well leave out. */
  static long version(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    try {
      long version = Long.parseLong(text);
      if (version >= 0) {
        return version;
      }
    } catch (NumberFormatException e) {
      // Falls through to the answer that both kinds of malformed number get.
    }
    throw ApiException.malformedVersion(text);
  }
}
