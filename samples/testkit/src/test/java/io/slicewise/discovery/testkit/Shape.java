package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;

/** The structure of a JSON text: keys in their order and types, without the values. */
final class Shape {

  private Shape() {}

  static String of(JsonNode node) {
    if (node.isObject()) {
      StringJoiner fields = new StringJoiner(",", "{", "}");
      // The key under ownerReferences has a uid in it.
      node.properties()
          .forEach(
              field ->
                  fields.add(
                      field.getKey().replaceAll("uid\":\"[^\"]*", "uid\":\"")
                          + ":"
                          + of(field.getValue())));
      return fields.toString();
    }
    if (node.isArray()) {
      // Each kind of element once: how many there are is a value.
      Set<String> elements = new LinkedHashSet<>();
      node.forEach(element -> elements.add(of(element)));
      return "[" + String.join("|", elements) + "]";
    }
    return switch (node.getNodeType()) {
      case STRING -> "s";
      case NUMBER -> "n";
      case BOOLEAN -> "b";
      default -> "null";
    };
  }
}
