package io.slicewise.discovery.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** An EndpointSlice to be written, with one port, grpc 8080, unless it is given others. */
final class SliceJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String name;
  private final ObjectNode object = MAPPER.createObjectNode();
  private final ArrayNode endpoints;
  private ArrayNode ports;

  SliceJson(String service, String name) {
    this.name = name;
    object.put("kind", "EndpointSlice").put("apiVersion", "discovery.k8s.io/v1");
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    metadata.putObject("labels").put("kubernetes.io/service-name", service);
    object.put("addressType", "IPv4");
    endpoints = object.putArray("endpoints");
    ports = object.putArray("ports");
    ports.addObject().put("name", "grpc").put("protocol", "TCP").put("port", 8080);
  }

  String name() {
    return name;
  }

  SliceJson type(String addressType) {
    object.put("addressType", addressType);
    return this;
  }

  SliceJson ports(Consumer<ArrayNode> write) {
    ports = object.putArray("ports");
    write.accept(ports);
    return this;
  }

  SliceJson label(String key, String value) {
    object.withObject("/metadata/labels").put(key, value);
    return this;
  }

  SliceJson annotation(String key, String value) {
    object.withObject("/metadata").withObjectProperty("annotations").put(key, value);
    return this;
  }

  SliceJson ready(String... addresses) {
    for (String address : addresses) {
      endpoint(address, true, true, false);
    }
    return this;
  }

  /** An endpoint; a condition that is null is left out. */
  SliceJson endpoint(String address, Boolean ready, Boolean serving, Boolean terminating) {
    ObjectNode conditions = add(address).putObject("conditions");
    if (ready != null) {
      conditions.put("ready", ready);
    }
    if (serving != null) {
      conditions.put("serving", serving);
    }
    if (terminating != null) {
      conditions.put("terminating", terminating);
    }
    return this;
  }

  /** An endpoint with whatever else is written to it. */
  SliceJson endpoint(String address, Consumer<ObjectNode> write) {
    write.accept(add(address));
    return this;
  }

  private ObjectNode add(String address) {
    ObjectNode endpoint = endpoints.addObject();
    endpoint.putArray("addresses").add(address);
    return endpoint;
  }

  String json(String namespace) {
    object.withObject("/metadata").put("namespace", namespace);
    return object.toString();
  }
}
