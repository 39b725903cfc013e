package io.slicewise.discovery.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slicewise.discovery.testkit.Cluster;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One pod of a Service turns unready and ready again, as both APIs tell of it: the bytes of a
 * watch's events as the embedded API server writes them. An Endpoints object has a thousand
 * addresses at most and leaves the others out.
 *
 * @param slices the events that add the slices
 * @param slice the two events of the slice that changes, unready first
 * @param endpoints the same two of the Endpoints object
 */
record PodChange(List<byte[]> slices, List<VersionedEvent> slice, List<VersionedEvent> endpoints) {

  /** Asks an embedded server about a Service of so many pods. */
  static PodChange of(int pods) {
    try (EmbeddedApiServer server =
        EmbeddedApiServer.builder().tls(false).endpoints(true).start()) {
      Cluster cluster = server.cluster();
      SimulatedService service = cluster.service(Fleet.NAMESPACE, Fleet.SERVICE);
      Pods.add(service, pods);
      List<byte[]> added = new ArrayList<>();
      cluster
          .list("EndpointSlice", Fleet.NAMESPACE)
          .forEach(slice -> added.add(event("ADDED", slice)));
      List<VersionedEvent> slice = new ArrayList<>();
      List<VersionedEvent> endpoints = new ArrayList<>();
      SimulatedPod pod = service.pods().get(0);
      for (boolean ready : new boolean[] {false, true}) {
        Set<String> before = new HashSet<>(cluster.list("EndpointSlice", Fleet.NAMESPACE));
        pod.ready(ready);
        for (String json : cluster.list("EndpointSlice", Fleet.NAMESPACE)) {
          if (!before.contains(json)) {
            slice.add(new VersionedEvent(event("MODIFIED", json)));
          }
        }
        String json = cluster.list("Endpoints", Fleet.NAMESPACE).get(0);
        endpoints.add(new VersionedEvent(event("MODIFIED", json)));
      }
      if (slice.size() != 2) {
        throw new IllegalStateException("changed slices: " + slice.size() + " (expected: 2)");
      }
      return new PodChange(added, slice, endpoints);
    }
  }

  private static byte[] event(String type, String object) {
    return ("{\"type\":\"" + type + "\",\"object\":" + object + "}").getBytes(UTF_8);
  }

  /** How many bytes both send for one change. */
  static List<Row> sizes(int... pods) {
    List<Row> rows = new ArrayList<>();
    for (int count : pods) {
      PodChange change = of(count);
      rows.add(sent("slices", count, change.slice));
      rows.add(sent("endpoints", count, change.endpoints));
    }
    return rows;
  }

  private static Row sent(String api, int pods, List<VersionedEvent> events) {
    return new Row("PodChange " + api + " " + pods, "sent", events.get(0).length(), "B");
  }

  /** Prints {@link #sizes}. */
  public static void main(String[] args) {
    sizes(100, 1_000, 5_000).forEach(row -> System.out.println(row.line()));
  }
}
