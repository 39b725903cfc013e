package io.slicewise.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.kubernetes.SliceDecoder;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.CategorizeEndpoints;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.source.SliceEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * After every event that a real Kubernetes 1.36 API server sent, for callers in several places:
 * what kube-proxy would use of the slices as they are then.
 */
class KubernetesPolicyReplayTest {

  private record Port(String service, String name, String protocol) {}

  /** The watches of one place, under both policies. */
  private record Caller(
      @Nullable String zone,
      @Nullable String node,
      Harness harness,
      Map<Port, ServiceWatch> cluster,
      Map<Port, ServiceWatch> local) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[][] PLACES = {
    {"us-east-1a", "node-a0"},
    {"us-east-1a", "node-a1"},
    {"us-east-1a", "node-without-endpoints"},
    {"us-east-1b", "node-b0"},
    {"us-east-1c", "node-c2"},
    {"us-east-1b", null},
    {"us-east-1d", "node-d0"},
    {null, null},
  };

  private final SliceDecoder decoder = new SliceDecoder();
  private final Map<String, EndpointSlice> slices = new LinkedHashMap<>();
  private final Set<String> outcomes = new HashSet<>();

  @ParameterizedTest
  @CsvSource({
    // trace, events, different outcomes: or the trace would not say much
    "hints, 37, 73",
    "shapes, 32, 41",
  })
  void usesWhatKubeProxyWouldUseAfterEveryEvent(String trace, int events, int different)
      throws IOException {
    List<SliceEvent> all = read(trace);
    assertThat(all.size()).isEqualTo(events);
    List<Caller> callers = new ArrayList<>();
    try {
      for (String[] place : PLACES) {
        callers.add(caller(place[0], place[1], ports(all)));
      }
      for (SliceEvent event : all) {
        EndpointSlice slice = event.slice();
        if (slice != null) {
          slices.put(slice.name(), slice);
        }
        for (Caller caller : callers) {
          caller.harness.last().event(event);
          caller.harness.window();
          caller.cluster.forEach((port, watch) -> assertCluster(caller, port, watch));
          caller.local.forEach((port, watch) -> assertLocal(caller, port, watch));
        }
      }
    } finally {
      callers.forEach(caller -> caller.harness.close());
    }
    assertThat(outcomes.size()).isEqualTo(different);
  }

  private void assertCluster(Caller caller, Port port, ServiceWatch watch) {
    Set<String> expected =
        new CategorizeEndpoints(port.name, port.protocol, caller.node, caller.zone)
            .cluster(of(port.service));
    assertUsed(watch, expected, caller);
  }

  private void assertLocal(Caller caller, Port port, ServiceWatch watch) {
    Set<String> expected =
        new CategorizeEndpoints(port.name, port.protocol, caller.node, caller.zone)
            .local(of(port.service));
    assertUsed(watch, expected, caller);
  }

  private void assertUsed(ServiceWatch watch, Set<String> expected, Caller caller) {
    TreeSet<String> used = new TreeSet<>();
    watch.view().eligible().forEach(endpoint -> used.add(endpoint.authority()));
    assertThat(used)
        .as("%s in zone %s on node %s", watch.target(), caller.zone, caller.node)
        .isEqualTo(expected);
    assertThat(watch.view().eligible().stream().map(Endpoint::authority)).doesNotHaveDuplicates();
    if (!expected.isEmpty()) {
      assertThat(expected).contains(watch.pick().authority());
    }
    outcomes.add(watch.target() + " " + used);
  }

  private List<EndpointSlice> of(String service) {
    return slices.values().stream().filter(slice -> slice.service().equals(service)).toList();
  }

  private static Caller caller(@Nullable String zone, @Nullable String node, Set<Port> ports) {
    Harness harness =
        new Harness(
            builder -> {
              builder = zone == null ? builder : builder.zone(zone);
              return (node == null ? builder : builder.node(node)).wholeNamespace(true);
            });
    Map<Port, ServiceWatch> cluster = new LinkedHashMap<>();
    Map<Port, ServiceWatch> local = new LinkedHashMap<>();
    for (Port port : ports) {
      ServiceTarget target =
          new ServiceTarget(null, port.service, "recorded", PortSelector.named(port.name));
      WatchOptions options = WatchOptions.DEFAULTS.withProtocol(port.protocol);
      cluster.put(port, harness.watch(target, options.withPolicy(TopologyPolicy.kubernetes())));
      local.put(port, harness.watch(target, options.withPolicy(TopologyPolicy.sameNodeStrict())));
    }
    harness.last().open();
    return new Caller(zone, node, harness, cluster, local);
  }

  private static Set<Port> ports(List<SliceEvent> events) {
    Map<String, Port> ports = new TreeMap<>();
    for (SliceEvent event : events) {
      EndpointSlice slice = event.slice();
      if (slice != null && !slice.service().isEmpty()) {
        slice
            .ports()
            .forEach(
                each -> {
                  Port port = new Port(slice.service(), each.name(), each.protocol());
                  ports.put(port.toString(), port);
                });
      }
    }
    return Set.copyOf(ports.values());
  }

  private List<SliceEvent> read(String trace) throws IOException {
    List<SliceEvent> events = new ArrayList<>();
    String resource = "/traces/" + trace + ".jsonl.gz";
    try (InputStream in = requireNonNull(getClass().getResourceAsStream(resource));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(new GZIPInputStream(in), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode recorded = JSON.readTree(line);
        if (recorded.has("line")) {
          byte[] bytes = recorded.get("line").asText().getBytes(UTF_8);
          events.add(requireNonNull(decoder.decodeEvent(bytes, 0, bytes.length)));
        }
      }
    }
    return events;
  }
}
