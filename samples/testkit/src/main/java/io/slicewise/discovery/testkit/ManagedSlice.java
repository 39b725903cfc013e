package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One slice of the controller.
 *
 * @param name empty while the server has not chosen one
 */
record ManagedSlice(String name, List<SlicePort> ports, List<SliceEndpoint> endpoints) {

  static final ManagedSlice PLACEHOLDER = new ManagedSlice("", List.of(), List.of());

  private static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

  ManagedSlice {
    ports = List.copyOf(ports);
    endpoints = List.copyOf(endpoints);
  }

  ManagedSlice named(String other) {
    return new ManagedSlice(other, ports, endpoints);
  }

  ManagedSlice with(List<SliceEndpoint> others) {
    return new ManagedSlice(name, ports, others);
  }

  static ManagedSlice read(JsonNode slice) {
    List<SlicePort> ports = new ArrayList<>();
    slice.path("ports").forEach(port -> ports.add(SlicePort.read(port)));
    List<SliceEndpoint> endpoints = new ArrayList<>();
    slice.path("endpoints").forEach(endpoint -> endpoints.add(SliceEndpoint.read(endpoint)));
    return new ManagedSlice(slice.path("metadata").path("name").asText(), ports, endpoints);
  }

  /**
   * The whole object.
   *
   * @param trigger when the pod changed that this is written for, null for another cause
   */
  ObjectNode write(ServiceSpec service, String family, @Nullable Instant trigger) {
    ObjectNode slice = Json.object();
    slice.put("kind", "EndpointSlice").put("apiVersion", "discovery.k8s.io/v1");
    ObjectNode metadata = slice.putObject("metadata");
    if (!name.isEmpty()) {
      metadata.put("name", name);
    }
    metadata.put("generateName", service.key().name() + "-");
    metadata.put("namespace", service.key().namespace());
    ObjectNode labels = metadata.putObject("labels");
    for (Map.Entry<String, String> label : service.sliceLabels().entrySet()) {
      labels.put(label.getKey(), label.getValue());
    }
    if (trigger != null) {
      metadata.putObject("annotations").put(TRIGGER, trigger.toString());
    }
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "v1")
        .put("kind", "Service")
        .put("name", service.key().name())
        .put("uid", service.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    slice.put("addressType", family);
    // The controller speaks protobuf, in which an empty list is no list.
    slice.putNull("endpoints").putNull("ports");
    if (!endpoints.isEmpty()) {
      ArrayNode written = slice.putArray("endpoints");
      endpoints.forEach(endpoint -> endpoint.writeTo(written, service.key().namespace()));
    }
    if (!ports.isEmpty()) {
      ArrayNode written = slice.putArray("ports");
      ports.forEach(port -> port.writeTo(written));
    }
    return slice;
  }
}
