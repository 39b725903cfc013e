package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the one old Endpoints object of each Service, as the Endpoints controller does: no zones,
 * no hints, one family, at most a thousand addresses, and all of it again at every change.
 */
final class EndpointsController {

  private static final String MANAGER = "kube-controller-manager";
  private static final int MAX_ADDRESSES = 1_000;

  private final ObjectStore store;

  EndpointsController(ObjectStore store) {
    this.store = store;
  }

  void sync(ServiceSpec service, List<SimulatedPod> pods, @Nullable Instant trigger) {
    ObjectNode endpoints = write(service, pods, trigger);
    if (store.find(Resource.ENDPOINTS, service.key()) == null) {
      store.create(Resource.ENDPOINTS, service.key().namespace(), endpoints, MANAGER);
    } else {
      store.update(Resource.ENDPOINTS, service.key(), old -> endpoints, MANAGER);
    }
  }

  void collect(ObjectKey service) {
    if (store.find(Resource.ENDPOINTS, service) != null) {
      store.delete(Resource.ENDPOINTS, service);
    }
  }

  private static ObjectNode write(
      ServiceSpec service, List<SimulatedPod> pods, @Nullable Instant trigger) {
    ObjectNode endpoints = Json.object().put("kind", "Endpoints").put("apiVersion", "v1");
    ObjectNode metadata = endpoints.putObject("metadata").put("name", service.key().name());
    metadata.put("namespace", service.key().namespace());
    ObjectNode labels = metadata.putObject("labels");
    service.labels().forEach(labels::put);
    labels.put("endpoints.kubernetes.io/managed-by", "endpoint-controller");
    if (service.headless()) {
      labels.put(ServiceSpec.HEADLESS, "");
    }
    ObjectNode annotations = metadata.putObject("annotations");
    if (trigger != null) {
      annotations.put("endpoints.kubernetes.io/last-change-trigger-time", trigger.toString());
    }
    writeSubsets(endpoints, annotations, service, pods);
    return endpoints;
  }

  private static void writeSubsets(
      ObjectNode endpoints, ObjectNode annotations, ServiceSpec service, List<SimulatedPod> pods) {
    Map<List<SlicePort>, ObjectNode> subsets = new LinkedHashMap<>();
    List<SimulatedPod> sorted =
        pods.stream().sorted(Comparator.comparing(SimulatedPod::address)).toList();
    int count = 0;
    for (SimulatedPod pod : sorted) {
      String address = pod.addressOf(service.families().get(0));
      if (address == null) {
        continue;
      }
      SliceEndpoint endpoint = pod.endpoint(service, address);
      // A terminating pod is nowhere in Endpoints, unless unready ones are published too.
      if (endpoint.terminating() && !service.publishNotReadyAddresses()) {
        continue;
      }
      if (++count > MAX_ADDRESSES) {
        annotations.put("endpoints.kubernetes.io/over-capacity", "truncated");
        break;
      }
      ObjectNode subset = subsets.computeIfAbsent(pod.ports(service), ports -> Json.object());
      add(Json.object(), subset, endpoint, service.key().namespace());
    }
    if (subsets.isEmpty()) {
      return;
    }
    ArrayNode written = endpoints.putArray("subsets");
    subsets.forEach(
        (ports, subset) -> {
          ArrayNode writtenPorts = subset.putArray("ports");
          ports.forEach(port -> port.writeTo(writtenPorts));
          written.add(subset);
        });
  }

  private static void add(
      ObjectNode address, ObjectNode subset, SliceEndpoint endpoint, String namespace) {
    String list = endpoint.ready() ? "addresses" : "notReadyAddresses";
    ArrayNode addresses =
        subset.get(list) instanceof ArrayNode present ? present : subset.putArray(list);
    address.put("ip", endpoint.identity().address());
    if (endpoint.hostname() != null) {
      address.put("hostname", endpoint.hostname());
    }
    if (endpoint.node() != null) {
      address.put("nodeName", endpoint.node());
    }
    address
        .putObject("targetRef")
        .put("kind", "Pod")
        .put("namespace", namespace)
        .put("name", endpoint.pod())
        .put("uid", endpoint.identity().podUid());
    addresses.add(address);
  }
}
