package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/**
 * EndpointSlices. Unlike the real server it accepts loopback addresses: that is where tests run.
 */
final class SliceRules implements KindRules {

  private static final Resource SLICES = Resource.ENDPOINT_SLICES;
  private static final int MAX_ENDPOINTS = 1_000;

  @Override
  public String[] fields() {
    return new String[] {"addressType", "endpoints", "ports"};
  }

  @Override
  public void complete(String name, ObjectNode metadata, ObjectNode content) {
    String type = content.path("addressType").asText("");
    if (type.isEmpty()) {
      throw ApiException.invalid(
          SLICES, name, "addressType", "FieldValueRequired", "Required value");
    }
    if (!Set.of("IPv4", "IPv6", "FQDN").contains(type)) {
      throw ApiException.invalid(
          SLICES,
          name,
          "addressType",
          "FieldValueNotSupported",
          "Unsupported value: \"" + type + "\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"");
    }
    completeEndpoints(name, type, content);
    completePorts(name, content);
  }

  private static void completeEndpoints(String name, String type, ObjectNode content) {
    JsonNode endpoints = content.path("endpoints");
    // Storage is protobuf, which does not tell an empty list from none: both are read as null.
    if (endpoints.isEmpty()) {
      content.putNull("endpoints");
      return;
    }
    if (endpoints.size() > MAX_ENDPOINTS) {
      throw ApiException.invalid(
          SLICES,
          name,
          "endpoints",
          "FieldValueTooMany",
          "Too many: " + endpoints.size() + ": must have at most " + MAX_ENDPOINTS + " items");
    }
    for (int i = 0; i < endpoints.size(); i++) {
      JsonNode endpoint = endpoints.get(i);
      String at = "endpoints[" + i + "].addresses";
      if (endpoint.path("addresses").isEmpty()) {
        throw ApiException.invalid(
            SLICES,
            name,
            at,
            "FieldValueRequired",
            "Required value: must contain at least 1 address");
      }
      for (JsonNode address : endpoint.path("addresses")) {
        validateAddress(name, type, at, address.asText());
      }
      ObjectNode object = (ObjectNode) endpoint;
      ObjectNode conditions = Json.child(object, "conditions");
      object.set("conditions", Json.ordered(conditions, "ready", "serving", "terminating"));
      if (object.get("targetRef") instanceof ObjectNode target) {
        object.set("targetRef", Json.ordered(target, "kind", "namespace", "name", "uid"));
      }
    }
    KindRules.orderItems(
        endpoints,
        "addresses",
        "conditions",
        "hostname",
        "targetRef",
        "deprecatedTopology",
        "nodeName",
        "zone",
        "hints");
  }

  private static void validateAddress(String name, String type, String at, String address) {
    boolean valid =
        switch (type) {
          case "IPv4" -> address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
          case "IPv6" -> address.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
          default -> !address.isEmpty();
        };
    if (!valid) {
      throw ApiException.invalid(
          SLICES,
          name,
          at,
          "FieldValueInvalid",
          "Invalid value: \"" + address + "\": must be a valid " + type + " address");
    }
  }

  private static void completePorts(String name, ObjectNode content) {
    JsonNode ports = content.path("ports");
    if (ports.isEmpty()) {
      content.putNull("ports");
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      ObjectNode port = (ObjectNode) ports.get(i);
      port.put("name", port.path("name").asText(""));
      port.put("protocol", port.path("protocol").asText("TCP"));
      if (!names.add(port.path("name").asText())) {
        throw ApiException.invalid(
            SLICES,
            name,
            "ports[" + i + "].name",
            "FieldValueDuplicate",
            "Duplicate value: \"" + port.path("name").asText() + "\"");
      }
    }
    KindRules.orderItems(ports, "name", "protocol", "port", "appProtocol");
  }

  @Override
  public void validateUpdate(String name, ObjectNode old, ObjectNode content) {
    if (!old.path("addressType").equals(content.path("addressType"))) {
      throw ApiException.invalid(
          SLICES,
          name,
          "addressType",
          "FieldValueInvalid",
          "Invalid value: \"" + content.path("addressType").asText() + "\": field is immutable");
    }
  }
}
