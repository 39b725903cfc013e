package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the controller reads of a Service. */
record ServiceSpec(
    ObjectKey key,
    String uid,
    Map<String, String> labels,
    List<Port> ports,
    List<String> families,
    boolean headless,
    boolean publishNotReadyAddresses,
    @Nullable String trafficDistribution) {

  static final String MANAGER = "endpointslice-controller.k8s.io";
  static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  static final String SERVICE_NAME = "kubernetes.io/service-name";
  static final String HEADLESS = "service.kubernetes.io/headless";

  ServiceSpec {
    labels = Map.copyOf(labels);
    ports = List.copyOf(ports);
    families = List.copyOf(families);
  }

  /**
   * One port of a Service.
   *
   * @param targetName of the container port, null where the target is a number
   */
  record Port(
      String name,
      String protocol,
      @Nullable String appProtocol,
      int targetPort,
      @Nullable String targetName) {}

  /** Null for a Service without a selector, whose endpoints are somebody else's business. */
  static @Nullable ServiceSpec of(StoredObject service) {
    ObjectNode tree = service.tree();
    JsonNode spec = tree.path("spec");
    if (spec.path("selector").isEmpty() || spec.path("type").asText().equals("ExternalName")) {
      return null;
    }
    List<Port> ports = new ArrayList<>();
    for (JsonNode port : spec.path("ports")) {
      JsonNode target = port.path("targetPort");
      ports.add(
          new Port(
              port.path("name").asText(""),
              port.path("protocol").asText("TCP"),
              port.path("appProtocol").asText(null),
              target.asInt(port.path("port").asInt()),
              target.isTextual() ? target.asText() : null));
    }
    List<String> families = new ArrayList<>();
    spec.path("ipFamilies").forEach(family -> families.add(family.asText()));
    return new ServiceSpec(
        service.key(),
        service.uid(),
        service.labels(),
        ports,
        families,
        spec.path("clusterIP").asText("").equals("None"),
        spec.path("publishNotReadyAddresses").asBoolean(false),
        spec.path("trafficDistribution").asText(null));
  }

  boolean hintsZones() {
    return "PreferSameZone".equals(trafficDistribution)
        || "PreferClose".equals(trafficDistribution)
        || hintsNodes();
  }

  boolean hintsNodes() {
    return "PreferSameNode".equals(trafficDistribution);
  }

  /** The labels of the slices: the Service's own and three that belong to the controller. */
  Map<String, String> sliceLabels() {
    Map<String, String> all = new TreeMap<>(labels);
    all.remove(HEADLESS);
    if (headless) {
      all.put(HEADLESS, "");
    }
    all.put(MANAGED_BY, MANAGER);
    all.put(SERVICE_NAME, key.name());
    return all;
  }
}
