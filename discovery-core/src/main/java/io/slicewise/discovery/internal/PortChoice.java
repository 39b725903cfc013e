package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.SlicePort;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which port of its slices a target means, once the slices are known.
 *
 * <p>A name may stand for different numbers in different slices (named target ports), so what is
 * chosen is a name or a number, and each slice is asked for its own.
 *
 * @param name the name of the chosen port, or null where a number was chosen or none
 * @param number the chosen target port, or 0
 * @param protocol the protocol
 * @param problem why no port could be chosen, or null
 */
record PortChoice(@Nullable String name, int number, String protocol, @Nullable String problem) {

  static PortChoice choose(
      @Nullable PortSelector wanted, String protocol, Collection<EndpointSlice> slices) {
    Set<SlicePort> ports = new LinkedHashSet<>(); // of the protocol
    boolean portless = false; // somewhere there are endpoints and no ports
    boolean empty = true;
    for (EndpointSlice slice : slices) {
      portless |= slice.ports().isEmpty() && !slice.endpoints().isEmpty();
      empty &= slice.ports().isEmpty();
      for (SlicePort port : slice.ports()) {
        if (port.protocol().equals(protocol)) {
          ports.add(port);
        }
      }
    }
    if (wanted == null) {
      return onlyPort(protocol, ports, slices, portless, empty);
    }
    boolean found = portless && wanted.name() == null || empty && !portless;
    for (SlicePort port : ports) {
      found |= wanted.matches(port) || wanted.name() == null && port.number() == 0;
    }
    String problem = found ? null : notFound(wanted, protocol, slices);
    return new PortChoice(wanted.name(), wanted.number(), protocol, problem);
  }

  private static PortChoice onlyPort(
      String protocol,
      Set<SlicePort> ports,
      Collection<EndpointSlice> slices,
      boolean portless,
      boolean empty) {
    Map<String, SlicePort> byName = new LinkedHashMap<>();
    for (SlicePort port : ports) {
      if (port.number() > 0) {
        byName.putIfAbsent(port.name(), port);
      }
    }
    if (byName.size() == 1) {
      return new PortChoice(byName.keySet().iterator().next(), 0, protocol, null);
    }
    for (String usual : List.of("grpc", "http")) {
      if (byName.containsKey(usual)) {
        return new PortChoice(usual, 0, protocol, null);
      }
    }
    for (String usual : List.of("grpc", "http")) {
      for (SlicePort port : byName.values()) {
        if (usual.equals(port.appProtocol())) {
          return new PortChoice(port.name(), 0, protocol, null);
        }
      }
    }
    String problem = null;
    if (!byName.isEmpty()) {
      problem = "several ports: name one of " + list(slices);
    } else if (portless) {
      problem = "the Service has no ports: give the number of one in the target";
    } else if (!empty) {
      problem = "no " + protocol + " port with a number; there is " + list(slices);
    }
    return new PortChoice(null, 0, protocol, problem);
  }

  private static String notFound(
      PortSelector wanted, String protocol, Collection<EndpointSlice> slices) {
    String there = list(slices);
    if (wanted.name() != null) {
      return "no " + protocol + " port named " + wanted + "; there is " + there;
    }
    return String.format(
        "no target port %s; there is %s. If %s is the Service's own port, name the port instead, or"
            + " allow Services to be read (servicePortNumbers): slices hold target ports only",
        wanted, there, wanted);
  }

  private static String list(Collection<EndpointSlice> slices) {
    String ports =
        slices.stream()
            .flatMap(slice -> slice.ports().stream())
            .distinct()
            .map(PortChoice::describe)
            .distinct()
            .collect(Collectors.joining(", "));
    return ports.isEmpty() ? "none" : ports;
  }

  private static String describe(SlicePort port) {
    String name = port.name().isEmpty() ? "(unnamed)" : port.name();
    String app = port.appProtocol() == null ? "" : " " + port.appProtocol();
    return name + " " + (port.number() == 0 ? "?" : port.number()) + "/" + port.protocol() + app;
  }

  /** Whether both, of the same protocol, choose the same port and find the same wrong with it. */
  boolean sameAs(PortChoice other) {
    return number == other.number
        && Objects.equals(name, other.name)
        && Objects.equals(problem, other.problem);
  }

  /** Whether nothing is wrong with the choice. */
  boolean found() {
    return problem == null;
  }

  /** Returns the number of the chosen port in a slice, or 0 where that slice has it not. */
  int in(EndpointSlice slice) {
    if (name == null && number == 0) {
      return 0;
    }
    if (name == null && slice.ports().isEmpty()) {
      return number; // a headless Service without ports: the caller knows better
    }
    SlicePort port = listed(slice);
    if (port == null) {
      return 0;
    }
    return name == null ? number : port.number();
  }

  /** Returns the chosen port as a slice lists it, or null where that slice has it not. */
  @Nullable SlicePort listed(EndpointSlice slice) {
    if (name == null && number == 0) {
      return null;
    }
    for (SlicePort port : slice.ports()) {
      if (port.protocol().equals(protocol)) {
        if (name != null ? name.equals(port.name()) : number == port.number()) {
          return port;
        }
        if (name == null && port.number() == 0) {
          return port; // a port without a number stands for all of them (KEP-0752)
        }
      }
    }
    return null;
  }
}
