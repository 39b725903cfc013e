package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The old Endpoints of the core group. */
final class EndpointsRules implements KindRules {

  @Override
  public String[] fields() {
    return new String[] {"subsets"};
  }

  @Override
  public void complete(String name, ObjectNode metadata, ObjectNode content) {
    if (content.path("subsets").isEmpty()) {
      content.remove("subsets");
      return;
    }
    for (JsonNode subset : content.path("subsets")) {
      for (String list : new String[] {"addresses", "notReadyAddresses"}) {
        KindRules.orderItems(subset.path(list), "ip", "hostname", "nodeName", "targetRef");
      }
      subset.path("ports").forEach(EndpointsRules::completePort);
      KindRules.orderItems(subset.path("ports"), "name", "port", "protocol", "appProtocol");
    }
    KindRules.orderItems(content.path("subsets"), "addresses", "notReadyAddresses", "ports");
  }

  private static void completePort(JsonNode port) {
    if (port instanceof ObjectNode object && !object.has("protocol")) {
      object.put("protocol", "TCP");
    }
  }
}
