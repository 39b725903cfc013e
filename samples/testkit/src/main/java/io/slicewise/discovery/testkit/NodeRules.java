package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Nodes. */
final class NodeRules implements KindRules {

  @Override
  public String[] fields() {
    return new String[] {"spec", "status"};
  }

  @Override
  public void complete(String name, ObjectNode metadata, ObjectNode content) {
    Json.child(content, "spec");
    ObjectNode status = Json.child(content, "status");
    emptyStatus().properties().stream()
        .filter(field -> !status.has(field.getKey()))
        .forEach(field -> status.set(field.getKey(), field.getValue()));
    content.set(
        "status",
        Json.ordered(
            status,
            "capacity",
            "allocatable",
            "phase",
            "conditions",
            "addresses",
            "daemonEndpoints",
            "nodeInfo"));
  }

  /** What Go writes of a status with nothing in it. */
  static ObjectNode emptyStatus() {
    ObjectNode status = Json.object();
    status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", 0);
    ObjectNode info = status.putObject("nodeInfo");
    for (String field :
        new String[] {
          "machineID",
          "systemUUID",
          "bootID",
          "kernelVersion",
          "osImage",
          "containerRuntimeVersion",
          "kubeletVersion",
          "kubeProxyVersion",
          "operatingSystem",
          "architecture"
        }) {
      info.put(field, "");
    }
    return status;
  }
}
