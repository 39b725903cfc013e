package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** POST, PUT, PATCH and DELETE. */
final class ObjectWrites {

  private final ObjectStore store;
  private final Consumer<StoredObject> controller;

  /**
   * @param controller told after each write, as a controller is by its watch
   */
  ObjectWrites(ObjectStore store, Consumer<StoredObject> controller) {
    this.store = store;
    this.controller = controller;
  }

  StoredObject create(ApiRequest request, byte[] body, String by) {
    return create(request.resource(), request.namespace(), parse(request.resource(), body), by);
  }

  private StoredObject create(
      Resource resource, @Nullable String namespace, ObjectNode object, String by) {
    if (namespace != null) {
      store.get(Resource.NAMESPACES, new ObjectKey("", namespace));
    }
    // The server chooses; what a client says of these is not an error and not used.
    ObjectNode metadata = Json.child(object, "metadata");
    metadata.remove("uid");
    metadata.remove("resourceVersion");
    StoredObject created = store.create(resource, namespace, object, by);
    controller.accept(created);
    return created;
  }

  StoredObject replace(ApiRequest request, byte[] body, String by) {
    ObjectNode object = parse(request.resource(), body);
    String name = object.path("metadata").path("name").asText("");
    if (!name.equals(request.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + request.name()
              + ")");
    }
    return update(request, old -> withRest(request, old, object), by);
  }

  /** To PUT a status leaves the spec alone, and the other way round. */
  private static ObjectNode withRest(ApiRequest request, ObjectNode old, ObjectNode object) {
    if (request.subresource().equals("status")) {
      old.set("status", object.path("status"));
      return old;
    }
    if (old.has("status") && !object.has("status")) {
      object.set("status", old.get("status"));
    }
    return object;
  }

  StoredObject patch(ApiRequest request, @Nullable String contentType, byte[] body, String by) {
    String type = contentType == null ? "" : contentType.replaceAll(";.*", "").trim();
    UnaryOperator<ObjectNode> change =
        switch (type) {
          case "application/merge-patch+json", "application/strategic-merge-patch+json" -> {
            ObjectNode patch = Json.parse(body);
            yield old -> Patch.merge(old, patch);
          }
          case "application/json-patch+json" -> {
            JsonNode operations = Json.parseAny(new String(body, StandardCharsets.UTF_8));
            yield old -> Patch.apply(old, operations);
          }
          default ->
              throw unsupported(
                  "application/json-patch+json, application/merge-patch+json,"
                      + " application/strategic-merge-patch+json");
        };
    return update(request, change, by);
  }

  static ApiException unsupported(String accepted) {
    return ApiException.of(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
            + accepted);
  }

  private StoredObject update(ApiRequest request, UnaryOperator<ObjectNode> change, String by) {
    StoredObject updated = store.update(request.resource(), request.key(), change, by);
    controller.accept(updated);
    return updated;
  }

  StoredObject delete(ApiRequest request) {
    StoredObject deleted = store.delete(request.resource(), request.key());
    controller.accept(deleted);
    return deleted;
  }

  List<StoredObject> deleteCollection(ApiRequest request) {
    List<StoredObject> deleted = new ArrayList<>();
    for (StoredObject object : store.list(request.resource(), request.selection()).objects()) {
      deleted.add(store.delete(object.resource(), object.key()));
    }
    deleted.forEach(controller);
    return deleted;
  }

  /** The answer to a deletion. */
  static byte[] deletedStatus(StoredObject deleted) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    ObjectNode details = status.put("status", "Success").putObject("details");
    details.put("name", deleted.key().name());
    if (!deleted.resource().group().isEmpty()) {
      details.put("group", deleted.resource().group());
    }
    details.put("kind", deleted.resource().plural()).put("uid", deleted.uid());
    return Json.bytes(status);
  }

  private static ObjectNode parse(Resource resource, byte[] body) {
    ObjectNode object = Json.parse(body);
    String kind = object.path("kind").asText("");
    String version = object.path("apiVersion").asText("");
    if (!kind.equals(resource.kind()) || !version.equals(resource.apiVersion())) {
      throw ApiException.badRequest(
          "the API version in the data ("
              + version
              + ", "
              + kind
              + ") does not match the expected API version ("
              + resource.apiVersion()
              + ", "
              + resource.kind()
              + ")");
    }
    return object;
  }
}
