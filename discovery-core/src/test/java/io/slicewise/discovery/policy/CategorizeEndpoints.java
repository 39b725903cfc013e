package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * kube-proxy's choice, written down as {@code pkg/proxy/topology.go} of Kubernetes 1.36 has it,
 * from slices alone: what the policies of that name are held against. It shares no code with them.
 *
 * @param portName the port's name
 * @param protocol its protocol
 * @param node the own node, or null
 * @param zone the own zone, or null
 */
public record CategorizeEndpoints(
    String portName, String protocol, @Nullable String node, @Nullable String zone) {

  /** An endpoint of one service port and one IP family. */
  private record Candidate(EndpointSlice slice, SliceEndpoint endpoint, int port) {

    String place() {
      boolean v6 = slice.addressType() == AddressType.IPV6;
      return (v6 ? "[" + endpoint.address() + "]" : endpoint.address()) + ":" + port;
    }

    boolean isReady() {
      return endpoint.conditions().ready();
    }

    boolean isServingTerminating() {
      Conditions conditions = endpoint.conditions();
      return conditions.serving() && conditions.terminating();
    }
  }

  /** Returns {@code address:port} of all that a Service without traffic policies may use. */
  public Set<String> cluster(Collection<EndpointSlice> slices) {
    Set<String> first = places(cluster(deduped(slices, AddressType.IPV4)));
    return first.isEmpty() ? places(cluster(deduped(slices, AddressType.IPV6))) : first;
  }

  /** Returns the same for a Service with {@code internalTrafficPolicy: Local}. */
  public Set<String> local(Collection<EndpointSlice> slices) {
    Set<String> first = places(local(deduped(slices, AddressType.IPV4)));
    return first.isEmpty() ? places(local(deduped(slices, AddressType.IPV6))) : first;
  }

  private List<Candidate> cluster(List<Candidate> endpoints) {
    String mode = topologyModeFromHints(endpoints);
    List<Candidate> usable =
        filter(
            endpoints,
            candidate -> {
              if (!candidate.isReady()) {
                return false;
              }
              if (mode.equals("PreferSameNode")) {
                return candidate.endpoint.hints().forNodes().contains(node);
              }
              if (mode.equals("PreferSameZone")) {
                return candidate.endpoint.hints().forZones().contains(zone);
              }
              return true;
            });
    return usable.isEmpty() ? filter(endpoints, Candidate::isServingTerminating) : usable;
  }

  private List<Candidate> local(List<Candidate> endpoints) {
    List<Candidate> here =
        filter(endpoints, candidate -> node != null && node.equals(candidate.endpoint.node()));
    List<Candidate> ready = filter(here, Candidate::isReady);
    return ready.isEmpty() ? filter(here, Candidate::isServingTerminating) : ready;
  }

  private String topologyModeFromHints(List<Candidate> endpoints) {
    boolean hasEndpointForNode = false;
    boolean allEndpointsHaveNodeHints = true;
    boolean hasEndpointForZone = false;
    boolean allEndpointsHaveZoneHints = true;
    for (Candidate candidate : endpoints) {
      if (!candidate.isReady()) {
        continue;
      }
      List<String> forNodes = candidate.endpoint.hints().forNodes();
      if (forNodes.isEmpty()) {
        allEndpointsHaveNodeHints = false;
      } else if (node != null && forNodes.contains(node)) {
        hasEndpointForNode = true;
      }
      List<String> forZones = candidate.endpoint.hints().forZones();
      if (forZones.isEmpty()) {
        allEndpointsHaveZoneHints = false;
      } else if (zone != null && forZones.contains(zone)) {
        hasEndpointForZone = true;
      }
    }
    if (allEndpointsHaveNodeHints && hasEndpointForNode) {
      return "PreferSameNode";
    }
    return allEndpointsHaveZoneHints && hasEndpointForZone ? "PreferSameZone" : "";
  }

  /** Each address and port once, by the rule of KS A.5; ports without a number are ignored. */
  private List<Candidate> deduped(Collection<EndpointSlice> slices, AddressType family) {
    Map<String, Candidate> ofPod = new LinkedHashMap<>();
    for (EndpointSlice slice : slices) {
      int port = slice.addressType() == family ? portOf(slice) : 0;
      for (SliceEndpoint endpoint : slice.endpoints()) {
        if (port > 0) {
          Candidate candidate = new Candidate(slice, endpoint, port);
          String pod = candidate.place() + " " + endpoint.podUid();
          ofPod.merge(pod, candidate, CategorizeEndpoints::newer);
        }
      }
    }
    Map<String, Candidate> atPlace = new LinkedHashMap<>();
    for (Candidate candidate : ofPod.values()) {
      atPlace.merge(candidate.place(), candidate, CategorizeEndpoints::better);
    }
    return List.copyOf(atPlace.values());
  }

  private static Candidate newer(Candidate one, Candidate other) {
    return version(other) > version(one) ? other : one;
  }

  private static Candidate better(Candidate one, Candidate other) {
    boolean oneLeaves = one.endpoint.conditions().terminating();
    if (oneLeaves != other.endpoint.conditions().terminating()) {
      return oneLeaves ? other : one;
    }
    if (one.isReady() != other.isReady()) {
      return one.isReady() ? one : other;
    }
    return newer(one, other);
  }

  private static long version(Candidate candidate) {
    return Long.parseLong(candidate.slice.resourceVersion());
  }

  private int portOf(EndpointSlice slice) {
    for (SlicePort port : slice.ports()) {
      if (port.name().equals(portName) && port.protocol().equals(protocol)) {
        return port.number();
      }
    }
    return 0;
  }

  private static List<Candidate> filter(
      List<Candidate> candidates, Predicate<Candidate> condition) {
    List<Candidate> filtered = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (condition.test(candidate)) {
        filtered.add(candidate);
      }
    }
    return filtered;
  }

  private static Set<String> places(List<Candidate> candidates) {
    Set<String> places = new TreeSet<>();
    candidates.forEach(candidate -> places.add(candidate.place()));
    return places;
  }
}
