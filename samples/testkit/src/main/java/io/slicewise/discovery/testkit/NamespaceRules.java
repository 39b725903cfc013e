package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Namespaces, which here end at once and not by finalizers. */
final class NamespaceRules implements KindRules {

  @Override
  public String[] fields() {
    return new String[] {"spec", "status"};
  }

  @Override
  public void complete(String name, ObjectNode metadata, ObjectNode content) {
    Json.child(metadata, "labels").put("kubernetes.io/metadata.name", name);
    ObjectNode spec = Json.child(content, "spec");
    if (!spec.has("finalizers")) {
      spec.putArray("finalizers").add("kubernetes");
    }
    Json.child(content, "status").put("phase", "Active");
  }
}
