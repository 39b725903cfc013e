package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What the server says of itself: its version, its APIs, and as much OpenAPI as kubectl needs. */
final class ServerDocuments {

  private static final String DISCOVERY = "discovery.k8s.io/v1";

  private ServerDocuments() {}

  /** Whether the path is open to everybody, as {@code system:public-info-viewer} has it. */
  static boolean isPublic(String path) {
    return path.equals("/version") || isHealth(path);
  }

  static boolean isHealth(String path) {
    return path.equals("/healthz") || path.equals("/readyz") || path.equals("/livez");
  }

  static @Nullable ObjectNode find(String path) {
    return switch (path) {
      case "/version", "/version/" -> version();
      case "/api", "/api/" -> apiVersions();
      case "/apis", "/apis/" -> apiGroups();
      case "/apis/discovery.k8s.io", "/apis/discovery.k8s.io/" -> discoveryGroup(true);
      case "/api/v1", "/api/v1/" -> resources("");
      case "/apis/" + DISCOVERY, "/apis/" + DISCOVERY + "/" -> resources("discovery.k8s.io");
      case "/openapi/v3" -> openApiPaths();
      case "/openapi/v3/api/v1" -> openApi("");
      case "/openapi/v3/apis/" + DISCOVERY -> openApi("discovery.k8s.io");
      default -> null;
    };
  }

  private static ObjectNode version() {
    return Json.object()
        .put("major", "1")
        .put("minor", "36")
        .put("gitVersion", "v1.36.2")
        .put("gitCommit", "0000000000000000000000000000000000000000")
        .put("gitTreeState", "clean")
        .put("buildDate", "2026-06-09T00:00:00Z")
        .put("goVersion", "go1.26.0")
        .put("compiler", "gc")
        .put("platform", "linux/amd64");
  }

  private static ObjectNode apiVersions() {
    ObjectNode versions = Json.object().put("kind", "APIVersions");
    versions.putArray("versions").add("v1");
    versions.putArray("serverAddressByClientCIDRs");
    return versions;
  }

  private static ObjectNode apiGroups() {
    ObjectNode groups = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    groups.putArray("groups").add(discoveryGroup(false));
    return groups;
  }

  private static ObjectNode discoveryGroup(boolean alone) {
    ObjectNode group = Json.object();
    if (alone) {
      group.put("kind", "APIGroup").put("apiVersion", "v1");
    }
    group.put("name", "discovery.k8s.io");
    ObjectNode version = Json.object().put("groupVersion", DISCOVERY).put("version", "v1");
    group.putArray("versions").add(version);
    group.set("preferredVersion", version.deepCopy());
    return group;
  }

  private static ObjectNode resources(String group) {
    ObjectNode list = Json.object().put("kind", "APIResourceList");
    if (!group.isEmpty()) {
      list.put("apiVersion", "v1");
    }
    list.put("groupVersion", group.isEmpty() ? "v1" : group + "/v1");
    ArrayNode resources = list.putArray("resources");
    for (Resource resource : Resource.values()) {
      if (resource.group().equals(group)) {
        resources.add(describe(resource));
      }
    }
    return list;
  }

  private static ObjectNode describe(Resource resource) {
    ObjectNode described =
        Json.object()
            .put("name", resource.plural())
            .put("singularName", resource.singular())
            .put("namespaced", resource.namespaced())
            .put("kind", resource.kind());
    ArrayNode verbs = described.putArray("verbs");
    for (String verb :
        new String[] {
          "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"
        }) {
      verbs.add(verb);
    }
    if (!resource.shortNames().isEmpty()) {
      ArrayNode names = described.putArray("shortNames");
      resource.shortNames().forEach(names::add);
    }
    return described;
  }

  private static ObjectNode openApiPaths() {
    ObjectNode document = Json.object();
    ObjectNode paths = document.putObject("paths");
    for (String path : new String[] {"api/v1", "apis/" + DISCOVERY}) {
      paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=1");
    }
    return document;
  }

  /** No schemas: only that fields are validated here, so that kubectl does not want to do it. */
  private static ObjectNode openApi(String group) {
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "v1.36.2");
    ObjectNode paths = document.putObject("paths");
    for (Resource resource : Resource.values()) {
      if (resource.group().equals(group)) {
        ObjectNode patch =
            paths
                .putObject("/" + resource.apiVersion() + "/" + resource.plural() + "/{name}")
                .putObject("patch");
        patch
            .putArray("parameters")
            .addObject()
            .put("name", "fieldValidation")
            .put("in", "query")
            .putObject("schema")
            .put("type", "string");
        patch.putObject("responses");
        patch
            .putObject("x-kubernetes-group-version-kind")
            .put("group", group)
            .put("kind", resource.kind())
            .put("version", "v1");
      }
    }
    return document;
  }
}
