package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/** Services, without the allocation of node ports. */
final class ServiceRules implements KindRules {

  @Override
  public String[] fields() {
    return new String[] {"spec", "status"};
  }

  @Override
  public void complete(String name, ObjectNode metadata, ObjectNode content) {
    ObjectNode spec = Json.child(content, "spec");
    if (!spec.has("type")) {
      spec.put("type", "ClusterIP");
    }
    boolean external = spec.path("type").asText().equals("ExternalName");
    boolean headless = spec.path("clusterIP").asText("").equals("None");
    completePorts(name, spec, external || headless);
    if (!spec.has("sessionAffinity")) {
      spec.put("sessionAffinity", "None");
    }
    if (!external) {
      completeAddresses(metadata.path("name").asText(), spec);
    }
    content.set(
        "spec",
        Json.ordered(
            spec,
            "ports",
            "selector",
            "clusterIP",
            "clusterIPs",
            "type",
            "externalIPs",
            "sessionAffinity",
            "externalName",
            "externalTrafficPolicy",
            "publishNotReadyAddresses",
            "ipFamilies",
            "ipFamilyPolicy",
            "internalTrafficPolicy",
            "trafficDistribution"));
    Json.child(Json.child(content, "status"), "loadBalancer");
  }

  private static void completeAddresses(String name, ObjectNode spec) {
    if (!(spec.get("ipFamilies") instanceof ArrayNode families) || families.isEmpty()) {
      spec.putArray("ipFamilies").add("IPv4");
    }
    JsonNode families = spec.path("ipFamilies");
    if (!spec.has("clusterIP") || spec.path("clusterIP").asText().isEmpty()) {
      spec.put("clusterIP", address(name, families.path(0).asText()));
    }
    if (!spec.has("clusterIPs")) {
      ArrayNode addresses = spec.putArray("clusterIPs").add(spec.path("clusterIP").asText());
      if (families.size() > 1 && !addresses.get(0).asText().equals("None")) {
        addresses.add(address(name, families.path(1).asText()));
      }
    }
    spec.put("ipFamilyPolicy", families.size() > 1 ? "PreferDualStack" : "SingleStack");
    if (!spec.has("internalTrafficPolicy")) {
      spec.put("internalTrafficPolicy", "Cluster");
    }
  }

  /** A stand-in for the allocator: stable for a name, and never sent traffic to. */
  private static String address(String name, String family) {
    int hash = name.hashCode() & 0xFFFF;
    return family.equals("IPv6")
        ? "fd00:10::" + Integer.toHexString(hash | 1)
        : "10.0." + (hash >> 8) + "." + Math.max(1, hash & 0xFF);
  }

  private static void completePorts(String name, ObjectNode spec, boolean mayBeEmpty) {
    if (!(spec.get("ports") instanceof ArrayNode ports) || ports.isEmpty()) {
      if (!mayBeEmpty) {
        throw ApiException.invalid(
            Resource.SERVICES, name, "spec.ports", "FieldValueRequired", "Required value");
      }
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      ObjectNode port = (ObjectNode) ports.get(i);
      String at = "spec.ports[" + i + "]";
      if (!port.path("port").isInt()) {
        throw ApiException.invalid(
            Resource.SERVICES,
            name,
            at + ".port",
            "FieldValueInvalid",
            "Invalid value: 0: must be between 1 and 65535, inclusive");
      }
      String portName = port.path("name").asText("");
      if (ports.size() > 1 && portName.isEmpty()) {
        throw ApiException.invalid(
            Resource.SERVICES, name, at + ".name", "FieldValueRequired", "Required value");
      }
      if (!names.add(portName)) {
        throw ApiException.invalid(
            Resource.SERVICES,
            name,
            at + ".name",
            "FieldValueDuplicate",
            "Duplicate value: \"" + portName + "\"");
      }
      if (!port.has("protocol")) {
        port.put("protocol", "TCP");
      }
      if (!port.has("targetPort")) {
        port.set("targetPort", port.get("port"));
      }
    }
    KindRules.orderItems(
        ports, "name", "protocol", "appProtocol", "port", "targetPort", "nodePort");
  }
}
