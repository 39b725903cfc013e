package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults and validation of one type of object. Stateless. */
interface KindRules {

  /** The fields beside the metadata, in the order in which they are serialised. */
  String[] fields();

  /**
   * Completes and checks what an object is, in place.
   *
   * @param content the object without kind, apiVersion and metadata
   */
  void complete(String name, ObjectNode metadata, ObjectNode content);

  /** Refuses changes to what cannot change. */
  default void validateUpdate(String name, ObjectNode old, ObjectNode content) {}

  /** Puts the fields of every object of a list in the given order. */
  static void orderItems(JsonNode list, String... fields) {
    if (list instanceof ArrayNode items) {
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof ObjectNode item) {
          items.set(i, Json.ordered(item, fields));
        }
      }
    }
  }
}
