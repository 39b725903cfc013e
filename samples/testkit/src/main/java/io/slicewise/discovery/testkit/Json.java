package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads, writes and orders JSON the way Go's encoder does. */
final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode parse(byte[] bytes) {
    try {
      return asObject(MAPPER.readTree(bytes));
    } catch (IOException e) {
      throw ApiException.badRequest("the object provided is unrecognized: " + e.getMessage());
    }
  }

  static ObjectNode parse(String text) {
    return asObject(parseAny(text));
  }

  static JsonNode parseAny(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw ApiException.badRequest(
          "the object provided is unrecognized: " + e.getOriginalMessage());
    }
  }

  private static ObjectNode asObject(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw ApiException.badRequest("the object provided is unrecognized: not a JSON object");
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy with the given fields first, in that order, and any others after them. */
  static ObjectNode ordered(ObjectNode node, String... names) {
    Set<String> order = new LinkedHashSet<>(Arrays.asList(names));
    node.fieldNames().forEachRemaining(order::add);
    ObjectNode ordered = object();
    for (String name : order) {
      JsonNode value = node.get(name);
      if (value != null) {
        ordered.set(name, value);
      }
    }
    return ordered;
  }

  /** A copy with its fields in alphabetical order, as Go writes a map. */
  static ObjectNode sorted(ObjectNode node) {
    ObjectNode sorted = object();
    node.properties().stream()
        .sorted((a, b) -> a.getKey().compareTo(b.getKey()))
        .forEach(field -> sorted.set(field.getKey(), field.getValue()));
    return sorted;
  }

  /** The object under {@code name}, put there if it is not. */
  static ObjectNode child(ObjectNode node, String name) {
    return node.get(name) instanceof ObjectNode child ? child : node.putObject(name);
  }
}
