package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The {@code managedFields} of an object: who wrote which fields.
 *
 * <p>Nobody merges by them here. They are a good part of the bytes of a small slice, so a client
 * has to skip them as it would have to in a cluster.
 */
final class ManagedFields {

  private ManagedFields() {}

  static ArrayNode of(String manager, Resource resource, String time, ObjectNode written) {
    ObjectNode entry = Json.object();
    entry.put("manager", manager).put("operation", "Update");
    entry.put("apiVersion", resource.apiVersion()).put("time", time).put("fieldsType", "FieldsV1");
    ObjectNode fields = entry.putObject("fieldsV1");
    for (var field : Json.sorted(written).properties()) {
      if (field.getKey().equals("metadata")) {
        ObjectNode metadata = metadata(field.getValue());
        if (!metadata.isEmpty()) {
          fields.set("f:metadata", metadata);
        }
      } else if (!field.getValue().isNull()) {
        fields.set("f:" + field.getKey(), keysOf(field.getValue()));
      }
    }
    return JsonNodeFactory.instance.arrayNode().add(entry);
  }

  private static ObjectNode metadata(JsonNode metadata) {
    ObjectNode fields = Json.object();
    map(fields, metadata, "annotations");
    if (metadata.has("generateName")) {
      fields.putObject("f:generateName");
    }
    map(fields, metadata, "labels");
    if (!metadata.path("ownerReferences").isEmpty()) {
      ObjectNode owners = fields.putObject("f:ownerReferences");
      owners.putObject(".");
      for (JsonNode owner : metadata.path("ownerReferences")) {
        owners.putObject("k:{\"uid\":\"" + owner.path("uid").asText() + "\"}");
      }
    }
    return fields;
  }

  private static void map(ObjectNode fields, JsonNode metadata, String name) {
    if (metadata.get(name) instanceof ObjectNode entries && !entries.isEmpty()) {
      ObjectNode keys = fields.putObject("f:" + name);
      keys.putObject(".");
      Json.sorted(entries).fieldNames().forEachRemaining(key -> keys.putObject("f:" + key));
    }
  }

  /** One level of names for an object; lists are owned as a whole. */
  private static ObjectNode keysOf(JsonNode value) {
    ObjectNode keys = Json.object();
    if (value instanceof ObjectNode object) {
      Json.sorted(object).fieldNames().forEachRemaining(key -> keys.putObject("f:" + key));
    }
    return keys;
  }
}
