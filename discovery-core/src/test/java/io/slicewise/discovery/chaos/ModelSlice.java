package io.slicewise.discovery.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A slice as it was written.
 *
 * @param index which one of all that there may be
 * @param service the Service it belongs to, empty for none
 * @param type IPv4, IPv6 or FQDN
 * @param ports an index of {@link ModelPort#SETS}
 * @param decoration changes what nobody reads
 * @param version the resourceVersion of the last write, 0 before the first
 */
record ModelSlice(
    int index,
    String service,
    String type,
    int ports,
    List<ModelEndpoint> endpoints,
    int decoration,
    long version) {

  /** How many there may be at a time. */
  static final int MOST = 14;

  /** The Services that slices are given to. */
  static final List<String> SERVICES =
      List.of("checkout", "cart", "stock", "ghost", "flash", "unwatched", "");

  private static final int IN_SHOP = 10;
  private static final List<String> TYPES =
      List.of("IPv4", "IPv4", "IPv4", "IPv4", "IPv4", "IPv6", "IPv6", "FQDN");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  ModelSlice {
    endpoints = List.copyOf(endpoints);
  }

  static ModelSlice shaped(int index, int shape) {
    return new ModelSlice(
        index,
        SERVICES.get(shape % SERVICES.size()),
        TYPES.get(shape / SERVICES.size() % TYPES.size()),
        shape / SERVICES.size() / TYPES.size() % ModelPort.SETS.size(),
        List.of(),
        0,
        0);
  }

  static int shape(int service, int type, int ports) {
    return service + SERVICES.size() * (type + TYPES.size() * ports);
  }

  static int types() {
    return TYPES.size();
  }

  static String namespace(int index) {
    return index < IN_SHOP ? "shop" : "depot";
  }

  static String name(int index) {
    return "slice-" + index;
  }

  /** Slices of one namespace and type can exchange endpoints. */
  boolean matches(ModelSlice other) {
    return index != other.index
        && namespace(index).equals(namespace(other.index))
        && type.equals(other.type);
  }

  List<ModelPort> portList() {
    return ModelPort.SETS.get(ports);
  }

  boolean lists(int pod) {
    String address = new ModelEndpoint(pod, 0).address(type);
    return endpoints.stream().anyMatch(each -> each.address(type).equals(address));
  }

  ModelSlice of(String other) {
    return new ModelSlice(index, other, type, ports, endpoints, decoration, version);
  }

  ModelSlice withPorts(int set) {
    return new ModelSlice(index, service, type, set, endpoints, decoration, version);
  }

  ModelSlice with(List<ModelEndpoint> others) {
    return new ModelSlice(index, service, type, ports, others, decoration, version);
  }

  ModelSlice with(ModelEndpoint one) {
    List<ModelEndpoint> more = new ArrayList<>(endpoints);
    more.add(one);
    return with(more);
  }

  ModelSlice without(int pod) {
    return with(endpoints.stream().filter(each -> each.pod() != pod).toList());
  }

  ModelSlice decorated(int number) {
    return new ModelSlice(index, service, type, ports, endpoints, number, version);
  }

  ModelSlice at(long other) {
    return new ModelSlice(index, service, type, ports, endpoints, decoration, other);
  }

  String json() {
    ObjectNode slice = MAPPER.createObjectNode();
    slice.put("kind", "EndpointSlice").put("apiVersion", "discovery.k8s.io/v1");
    ObjectNode metadata = slice.putObject("metadata");
    metadata.put("name", name(index)).put("namespace", namespace(index));
    ObjectNode labels = metadata.putObject("labels");
    if (!service.isEmpty()) {
      labels.put("kubernetes.io/service-name", service);
    }
    if (decoration > 0) {
      labels.put("example.com/decoration", "d" + decoration);
      slice.putObject("fromTheFuture").put("decoration", decoration).putArray("list").addArray();
    }
    slice.put("addressType", type);
    ArrayNode written = slice.putArray("endpoints");
    endpoints.forEach(endpoint -> endpoint.write(type, written));
    ArrayNode writtenPorts = slice.putArray("ports");
    for (ModelPort port : portList()) {
      ObjectNode one = writtenPorts.addObject();
      one.put("name", port.name()).put("protocol", port.protocol());
      if (port.number() > 0) {
        one.put("port", port.number());
      }
    }
    return slice.toString();
  }

  static long versionOf(String json) {
    try {
      return MAPPER.readTree(json).at("/metadata/resourceVersion").asLong();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
