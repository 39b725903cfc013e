package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * JSON merge patch (RFC 7386) and JSON patch (RFC 6902). A strategic merge patch is treated as a
 * merge patch: its lists replace.
 */
final class Patch {

  private Patch() {}

  static ObjectNode merge(ObjectNode target, ObjectNode patch) {
    for (var field : patch.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        target.remove(field.getKey());
      } else if (value instanceof ObjectNode object) {
        target.set(field.getKey(), merge(Json.child(target, field.getKey()), object));
      } else {
        target.set(field.getKey(), value);
      }
    }
    return target;
  }

  static ObjectNode apply(ObjectNode target, JsonNode operations) {
    if (!operations.isArray()) {
      throw ApiException.badRequest("json patch: not a list of operations");
    }
    for (JsonNode operation : operations) {
      String path = operation.path("path").asText();
      switch (operation.path("op").asText()) {
        case "add" -> put(target, path, operation.path("value"), true);
        case "replace" -> {
          require(target, path);
          put(target, path, operation.path("value"), false);
        }
        case "remove" -> remove(target, path);
        case "test" -> {
          if (!require(target, path).equals(operation.path("value"))) {
            throw ApiException.of(422, "Invalid", "testing value " + path + " failed");
          }
        }
        case "move" -> {
          String from = operation.path("from").asText();
          JsonNode moved = require(target, from);
          remove(target, from);
          put(target, path, moved, true);
        }
        case "copy" ->
            put(target, path, require(target, operation.path("from").asText()).deepCopy(), true);
        default ->
            throw ApiException.badRequest(
                "json patch: unexpected op " + operation.path("op").asText());
      }
    }
    return target;
  }

  private static JsonNode require(ObjectNode target, String path) {
    JsonNode found = target.at(path);
    if (found.isMissingNode()) {
      throw ApiException.of(422, "Invalid", "the server rejected our request: " + path);
    }
    return found;
  }

  private static void put(ObjectNode target, String path, JsonNode value, boolean insert) {
    JsonNode parent = parent(target, path);
    String key = key(path);
    if (parent instanceof ObjectNode object) {
      object.set(key, value);
    } else if (parent instanceof ArrayNode array) {
      if (key.equals("-")) {
        array.add(value);
      } else if (insert) {
        array.insert(index(key), value);
      } else {
        array.set(index(key), value);
      }
    }
  }

  private static void remove(ObjectNode target, String path) {
    require(target, path);
    JsonNode parent = parent(target, path);
    if (parent instanceof ObjectNode object) {
      object.remove(key(path));
    } else if (parent instanceof ArrayNode array) {
      array.remove(index(key(path)));
    }
  }

  private static JsonNode parent(ObjectNode target, String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      throw ApiException.badRequest("json patch: invalid path " + path);
    }
    return slash == 0 ? target : require(target, path.substring(0, slash));
  }

  private static String key(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replace("~1", "/").replace("~0", "~");
  }

  private static int index(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("json patch: invalid index " + key);
    }
  }
}
