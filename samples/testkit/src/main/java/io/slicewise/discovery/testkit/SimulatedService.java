package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Service and its pods, whose EndpointSlices the controller keeps.
 *
 * <p>Each change is in the slices before its method returns; {@link #batch} makes one write of
 * many. Thread safe.
 */
public final class SimulatedService {

  private final Cluster cluster;
  private final ObjectKey key;
  // Guarded by the cluster's lock, as is everything below.
  private final List<SimulatedPod> pods = new ArrayList<>();
  private boolean defaultPorts;
  private int batches;
  private boolean dirty;
  private @Nullable Instant trigger;

  SimulatedService(Cluster cluster, ObjectKey key, boolean defaultPorts) {
    this.cluster = cluster;
    this.key = key;
    this.defaultPorts = defaultPorts;
  }

  public String namespace() {
    return key.namespace();
  }

  public String name() {
    return key.name();
  }

  /** Adds or changes a port whose target has the same number. */
  public SimulatedService port(String portName, int port) {
    return port(portName, port, port);
  }

  public SimulatedService port(String portName, int port, int targetPort) {
    return port(portName, port, Integer.toString(targetPort), "TCP", null);
  }

  public SimulatedService port(String portName, int port, String appProtocol) {
    return port(portName, port, Integer.toString(port), "TCP", appProtocol);
  }

  /**
   * Adds or changes a port.
   *
   * @param targetPort a number, or the name that {@link SimulatedPod#port} gives a number to
   * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
   */
  public SimulatedService port(
      String portName, int port, String targetPort, String protocol, @Nullable String appProtocol) {
    return spec(
        spec -> {
          ArrayNode ports =
              spec.get("ports") instanceof ArrayNode known && !defaultPorts
                  ? known
                  : spec.putArray("ports");
          defaultPorts = false;
          ObjectNode written = portNamed(ports, portName);
          written.put("name", portName).put("protocol", protocol).put("port", port);
          if (appProtocol == null) {
            written.remove("appProtocol");
          } else {
            written.put("appProtocol", appProtocol);
          }
          if (targetPort.matches("[0-9]+")) {
            written.put("targetPort", Integer.parseInt(targetPort));
          } else {
            written.put("targetPort", targetPort);
          }
        });
  }

  private static ObjectNode portNamed(ArrayNode ports, String portName) {
    for (JsonNode port : ports) {
      if (port.path("name").asText("").equals(portName) && port instanceof ObjectNode found) {
        return found;
      }
    }
    return ports.addObject();
  }

  /** Has no ports at all, which only a headless Service may. */
  public SimulatedService withoutPorts() {
    return spec(
        spec -> {
          defaultPorts = false;
          spec.put("clusterIP", "None");
          spec.putArray("clusterIPs").add("None");
          spec.remove("ports");
        });
  }

  /** Has no address of its own. */
  public SimulatedService headless(boolean headless) {
    return spec(
        spec -> {
          spec.remove("clusterIPs");
          if (headless) {
            spec.put("clusterIP", "None");
          } else {
            spec.remove("clusterIP");
          }
        });
  }

  public SimulatedService publishNotReadyAddresses(boolean publish) {
    return spec(spec -> spec.put("publishNotReadyAddresses", publish));
  }

  /**
   * Asks for hints.
   *
   * @param distribution {@code PreferSameZone}, {@code PreferSameNode}, or null for none
   */
  public SimulatedService trafficDistribution(@Nullable String distribution) {
    return spec(
        spec -> {
          if (distribution == null) {
            spec.remove("trafficDistribution");
          } else {
            spec.put("trafficDistribution", distribution);
          }
        });
  }

  /** {@code IPv4}, {@code IPv6}, or both: one set of slices each. */
  public SimulatedService families(String... families) {
    return spec(
        spec -> {
          if (!spec.path("clusterIP").asText().equals("None")) {
            // Its addresses are of the old families; the server gives it new ones.
            spec.remove(List.of("clusterIP", "clusterIPs"));
          }
          ArrayNode written = spec.putArray("ipFamilies");
          for (String family : families) {
            written.add(family);
          }
        });
  }

  /** Sets a label of the Service, which its slices copy. */
  public SimulatedService label(String label, String value) {
    return update(
        service -> Json.child(Json.child(service, "metadata"), "labels").put(label, value));
  }

  private SimulatedService spec(Consumer<ObjectNode> change) {
    return update(service -> change.accept(Json.child(service, "spec")));
  }

  private SimulatedService update(Consumer<ObjectNode> change) {
    change(
        false,
        () ->
            cluster.updateService(
                key,
                service -> {
                  change.accept(service);
                  return service;
                }));
    return this;
  }

  /** Adds a ready pod on the node {@code node-ZONE}. */
  public SimulatedPod addPod(String podName, String address, @Nullable String zone) {
    return addPod(podName, List.of(address), zone, nodeOf(zone));
  }

  public SimulatedPod addPod(
      String podName, String address, @Nullable String zone, @Nullable String node) {
    return addPod(podName, List.of(address), zone, node);
  }

  /** Adds a ready pod that has an address in each family. */
  public SimulatedPod addPod(
      String podName, List<String> addresses, @Nullable String zone, @Nullable String node) {
    return add(podName, addresses, zone, node, true);
  }

  /** Adds a pod that is running and not ready yet. */
  public SimulatedPod addUnreadyPod(String podName, String address, @Nullable String zone) {
    return addUnreadyPod(podName, address, zone, nodeOf(zone));
  }

  public SimulatedPod addUnreadyPod(
      String podName, String address, @Nullable String zone, @Nullable String node) {
    return add(podName, List.of(address), zone, node, false);
  }

  private static @Nullable String nodeOf(@Nullable String zone) {
    return zone == null ? null : "node-" + zone;
  }

  private SimulatedPod add(
      String podName,
      List<String> addresses,
      @Nullable String zone,
      @Nullable String node,
      boolean ready) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("addresses: [] (expected: at least one)");
    }
    SimulatedPod pod =
        new SimulatedPod(this, podName, cluster.newUid(), addresses, zone, node, ready);
    cluster.locked(
        () -> {
          if (pods.stream().anyMatch(other -> other.name().equals(podName))) {
            throw new IllegalArgumentException(
                "podName: " + podName + " (expected: none of " + pods + ")");
          }
          if (node != null && zone != null) {
            cluster.node(node, zone);
          }
          change(true, () -> pods.add(pod));
        });
    return pod;
  }

  /** The pod with this name. */
  public SimulatedPod pod(String podName) {
    for (SimulatedPod pod : pods()) {
      if (pod.name().equals(podName)) {
        return pod;
      }
    }
    throw new IllegalArgumentException(
        "podName: " + podName + " (expected: one of " + pods() + ")");
  }

  /** The pods that are not removed, in the order of their creation. */
  public List<SimulatedPod> pods() {
    return cluster.read(() -> List.copyOf(pods));
  }

  void remove(SimulatedPod pod) {
    change(false, () -> pods.remove(pod));
  }

  /** Deletes the Service; its slices go with it. */
  public void delete() {
    boolean unused = cluster.delete("Service", key.namespace(), key.name());
  }

  /** Makes several changes and then writes the slices once. */
  public void batch(Runnable changes) {
    cluster.locked(() -> batches++);
    try {
      changes.run();
    } finally {
      cluster.locked(
          () -> {
            batches--;
            syncUnlessBatched();
          });
    }
  }

  /**
   * Changes something that the slices depend on.
   *
   * @param readiness of a pod, which is what the trigger time annotation tells the time of
   */
  void change(boolean readiness, Runnable change) {
    cluster.locked(
        () -> {
          change.run();
          dirty = true;
          // Of several changes that one write shows, the oldest tells how late it is.
          if (readiness && trigger == null) {
            trigger = cluster.now();
          }
          syncUnlessBatched();
        });
  }

  <T> T read(Supplier<T> value) {
    return cluster.read(value);
  }

  private void syncUnlessBatched() {
    if (batches == 0 && dirty) {
      Instant at = trigger;
      dirty = false;
      trigger = null;
      cluster.sync(this, at);
    }
  }

  ObjectKey key() {
    return key;
  }

  /** The pods themselves; called with the cluster's lock held. */
  List<SimulatedPod> livePods() {
    return pods;
  }
}
