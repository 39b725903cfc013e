package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as the controller writes it. A value, so that a changed one is seen by comparing.
 *
 * @param hintZone null for no hint
 * @param hintNode null for no hint
 */
record SliceEndpoint(
    Identity identity,
    boolean ready,
    boolean serving,
    boolean terminating,
    @Nullable String hostname,
    String pod,
    @Nullable String node,
    @Nullable String zone,
    @Nullable String hintZone,
    @Nullable String hintNode) {

  /** What an endpoint keeps while its conditions change. */
  record Identity(String address, String podUid) {}

  static SliceEndpoint read(JsonNode endpoint) {
    JsonNode conditions = endpoint.path("conditions");
    JsonNode target = endpoint.path("targetRef");
    JsonNode hints = endpoint.path("hints");
    return new SliceEndpoint(
        new Identity(endpoint.path("addresses").path(0).asText(), target.path("uid").asText()),
        conditions.path("ready").asBoolean(),
        conditions.path("serving").asBoolean(),
        conditions.path("terminating").asBoolean(),
        endpoint.path("hostname").asText(null),
        target.path("name").asText(),
        endpoint.path("nodeName").asText(null),
        endpoint.path("zone").asText(null),
        hints.path("forZones").path(0).path("name").asText(null),
        hints.path("forNodes").path(0).path("name").asText(null));
  }

  void writeTo(ArrayNode endpoints, String namespace) {
    ObjectNode written = endpoints.addObject();
    written.putArray("addresses").add(identity.address());
    written
        .putObject("conditions")
        .put("ready", ready)
        .put("serving", serving)
        .put("terminating", terminating);
    putIfKnown(written, "hostname", hostname);
    written
        .putObject("targetRef")
        .put("kind", "Pod")
        .put("namespace", namespace)
        .put("name", pod)
        .put("uid", identity.podUid());
    putIfKnown(written, "nodeName", node);
    putIfKnown(written, "zone", zone);
    if (hintZone != null || hintNode != null) {
      ObjectNode hints = written.putObject("hints");
      hint(hints, "forZones", hintZone);
      hint(hints, "forNodes", hintNode);
    }
  }

  private static void putIfKnown(ObjectNode object, String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }

  private static void hint(ObjectNode hints, String field, @Nullable String name) {
    if (name != null) {
      hints.putArray(field).addObject().put("name", name);
    }
  }
}
