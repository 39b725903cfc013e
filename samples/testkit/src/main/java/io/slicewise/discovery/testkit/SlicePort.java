package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A port of a slice: a Service's port with the number that some of its pods have for it. */
record SlicePort(String name, String protocol, int port, @Nullable String appProtocol) {

  static SlicePort read(JsonNode port) {
    return new SlicePort(
        port.path("name").asText(""),
        port.path("protocol").asText("TCP"),
        port.path("port").asInt(),
        port.path("appProtocol").asText(null));
  }

  void writeTo(ArrayNode ports) {
    ObjectNode written =
        ports.addObject().put("name", name).put("protocol", protocol).put("port", port);
    if (appProtocol != null) {
      written.put("appProtocol", appProtocol);
    }
  }
}
