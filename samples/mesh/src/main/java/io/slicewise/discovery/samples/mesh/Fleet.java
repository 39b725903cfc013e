package io.slicewise.discovery.samples.mesh;

import io.slicewise.discovery.samples.mesh.PodServers.Pod;
import io.slicewise.discovery.testkit.Cluster;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The pods of the Service {@code checkout} and their slices. Those of the stable track are in the
 * slices of Kubernetes' own controller, those of the canary in slices that somebody else writes for
 * the same Service, with a label. For one thread at a time.
 */
final class Fleet {

  static final String SERVICE = "checkout.shop:https";
  static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");
  static final String TRACK_LABEL = "mesh.example/track";
  static final String STABLE = "stable";
  static final String CANARY = "canary";

  private static final String NAMESPACE = "shop";
  private static final String NAME = "checkout";
  private static final String PORT = "https";
  private static final int SERVICE_PORT = 443;

  private final Cluster cluster;
  private final SimulatedService service;
  private final PodServers servers;
  private final List<Pod> running = new ArrayList<>(); // oldest first
  private final Map<Pod, InetSocketAddress> places = new HashMap<>();
  private int launched;

  Fleet(Cluster cluster, PodServers servers) {
    this.cluster = cluster;
    this.service = cluster.service(NAMESPACE, NAME).port(PORT, SERVICE_PORT, PORT, "TCP", null);
    this.servers = servers;
  }

  /** Starts a pod, which is ready as soon as it listens. */
  Pod launch(String zone, String track) {
    int number = ++launched;
    Pod pod = new Pod(NAME + "-" + number, zone, track);
    // An address of its own, as a pod has: Linux has all of 127.0.0.0/8.
    InetSocketAddress at = servers.start(pod, "127.0.17." + number);
    String address = at.getAddress().getHostAddress();
    if (track.equals(CANARY)) {
      String unused = cluster.create(canarySlice(pod, at, true));
    } else {
      service.batch(() -> service.addPod(pod.name(), address, zone).port(PORT, at.getPort()));
    }
    running.add(pod);
    places.put(pod, at);
    return pod;
  }

  private static String canarySlice(Pod pod, InetSocketAddress at, boolean ready) {
    return """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
         "metadata": {"namespace": "shop", "name": "%1$s", "labels": {
           "kubernetes.io/service-name": "checkout",
           "endpointslice.kubernetes.io/managed-by": "rollouts.mesh.example",
           "mesh.example/track": "canary"}},
         "addressType": "IPv4",
         "ports": [{"name": "https", "port": %4$d, "protocol": "TCP"}],
         "endpoints": [{"addresses": ["%2$s"], "zone": "%3$s", "nodeName": "node-%3$s",
           "conditions": {"ready": %5$s, "serving": %5$s, "terminating": false},
           "targetRef": {"kind": "Pod", "namespace": "shop", "name": "%1$s"}}]}
        """
        .formatted(pod.name(), at.getAddress().getHostAddress(), pod.zone(), at.getPort(), ready);
  }

  /** The pods that run, oldest first. */
  List<Pod> running(Predicate<Pod> which) {
    return running.stream().filter(which).toList();
  }

  /** Kills the server of a pod, which the cluster goes on to list as ready. */
  void kill(Pod pod) {
    running.remove(pod);
    servers.kill(pod);
  }

  /** Has a pod fail its readiness probe; it serves all the same. */
  void fail(Pod pod) {
    InetSocketAddress at = places.get(pod);
    if (at == null) {
      throw new IllegalArgumentException("pod: " + pod + " (expected: one of " + running + ")");
    }
    if (pod.track().equals(CANARY)) {
      String unused = cluster.replace(canarySlice(pod, at, false));
    } else {
      SimulatedPod unused = service.pod(pod.name()).ready(false);
    }
  }

  /** Takes a pod out of its slice. */
  void unlist(Pod pod) {
    if (pod.track().equals(CANARY)) {
      boolean unused = cluster.delete("EndpointSlice", NAMESPACE, pod.name());
    } else {
      service.pod(pod.name()).remove();
    }
  }
}
