package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * The {@code managedFields} of an object: who wrote which fields.
 *
 * <p>Nobody merges by them here. They are a good part of the bytes of a small slice, so a client
 * has to skip them as it would have to in a cluster.
 */
final class ManagedFields {

  /** What the server chooses and not the writer; a status is written apart from the rest. */
  private static final Set<String> OF_THE_SERVER =
      Set.of("status", "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy");

  private ManagedFields() {}

  /**
   * Makes the list, which has one entry.
   *
   * @param before the list until now
   * @param sent what the writer sent: an empty list is owned, though it is stored as null
   */
  static ArrayNode of(
      String manager,
      Resource resource,
      String time,
      JsonNode before,
      ObjectNode sent,
      ObjectNode metadata,
      ObjectNode content) {
    ObjectNode entry = Json.object();
    entry.put("manager", manager).put("operation", "Update");
    entry.put("apiVersion", resource.apiVersion()).put("time", time).put("fieldsType", "FieldsV1");
    JsonNode ownedBefore = before.path(0).path("fieldsV1");
    ObjectNode fields = Json.object();
    ObjectNode ofMetadata = metadata(metadata);
    if (!ofMetadata.isEmpty()) {
      fields.set("f:metadata", ofMetadata);
    }
    for (var field : content.properties()) {
      String name = field.getKey();
      boolean owned =
          !field.getValue().isNull() || sent.path(name).isArray() || ownedBefore.has("f:" + name);
      if (owned && !OF_THE_SERVER.contains(name)) {
        fields.set("f:" + name, keysOf(field.getValue()));
      }
    }
    entry.set("fieldsV1", Json.sorted(fields));
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

  /** One level of names; of the lists only a Service's ports are owned entry by entry. */
  private static ObjectNode keysOf(JsonNode value) {
    ObjectNode keys = Json.object();
    if (value instanceof ObjectNode object) {
      for (var field : Json.sorted(object).properties()) {
        if (!OF_THE_SERVER.contains(field.getKey())) {
          keys.set(
              "f:" + field.getKey(),
              field.getKey().equals("ports") ? ports(field.getValue()) : Json.object());
        }
      }
    }
    return keys;
  }

  private static ObjectNode ports(JsonNode ports) {
    ObjectNode keys = Json.object();
    keys.putObject(".");
    for (JsonNode port : ports) {
      String key =
          "k:{\"port\":"
              + port.path("port").asInt()
              + ",\"protocol\":\""
              + port.path("protocol").asText()
              + "\"}";
      ObjectNode entry = keys.putObject(key);
      entry.putObject(".");
      if (port instanceof ObjectNode object) {
        Json.sorted(object).fieldNames().forEachRemaining(name -> entry.putObject("f:" + name));
      }
    }
    return keys;
  }
}
