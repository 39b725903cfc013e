package io.slicewise.discovery.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pod of a {@link SimulatedService}, as far as its endpoints show it. Nothing listens at its
 * address unless a test puts something there.
 *
 * <p>Each method changes the slices before it returns, except in a {@link SimulatedService#batch}.
 * After {@link #remove()} they do nothing.
 */
public final class SimulatedPod {

  private final SimulatedService service;
  private final String name;
  private final String uid;
  private final List<String> addresses;
  private final @Nullable String zone;
  private final @Nullable String node;
  // Guarded by the cluster's lock, as is everything below.
  private final Map<String, Integer> ownPorts = new HashMap<>();
  private @Nullable String hostname;
  private boolean serving;
  private boolean terminating;

  SimulatedPod(
      SimulatedService service,
      String name,
      String uid,
      List<String> addresses,
      @Nullable String zone,
      @Nullable String node,
      boolean ready) {
    this.service = service;
    this.name = name;
    this.uid = uid;
    this.addresses = List.copyOf(addresses);
    this.zone = zone;
    this.node = node;
    this.serving = ready;
  }

  /** Passes or fails the readiness probe. */
  public SimulatedPod ready(boolean ready) {
    return change(true, () -> serving = ready);
  }

  /** Begins to end: not ready any more, still serving if it was. */
  public SimulatedPod terminate() {
    return change(false, () -> terminating = true);
  }

  /** Fails the readiness probe, also while it ends. */
  public SimulatedPod stopServing() {
    return ready(false);
  }

  /** Is gone. */
  public void remove() {
    service.remove(this);
  }

  /**
   * Gives the pod its own number for a named port: a Service port by that name, or one that has it
   * as its named target.
   */
  public SimulatedPod port(String portName, int number) {
    return change(false, () -> ownPorts.put(portName, number));
  }

  /** Gives the pod a host name under its Service, as a StatefulSet does. */
  public SimulatedPod hostname(String host) {
    return change(false, () -> hostname = host);
  }

  private SimulatedPod change(boolean readiness, Runnable change) {
    service.change(readiness, change);
    return this;
  }

  /** Whether it passes the readiness probe. */
  public boolean isServing() {
    return service.read(() -> serving);
  }

  public boolean isTerminating() {
    return service.read(() -> terminating);
  }

  public String name() {
    return name;
  }

  public String uid() {
    return uid;
  }

  /** The first address. */
  public String address() {
    return addresses.get(0);
  }

  public List<String> addresses() {
    return addresses;
  }

  public @Nullable String zone() {
    return zone;
  }

  public @Nullable String node() {
    return node;
  }

  @Nullable String addressOf(String family) {
    boolean wantsColon = family.equals("IPv6");
    for (String address : addresses) {
      if (address.contains(":") == wantsColon) {
        return address;
      }
    }
    return null;
  }

  /** The Service's ports with this pod's numbers; a named target that it lacks is left out. */
  List<SlicePort> ports(ServiceSpec spec) {
    List<SlicePort> ports = new ArrayList<>(spec.ports().size());
    for (ServiceSpec.Port port : spec.ports()) {
      Integer number = number(port);
      if (number != null) {
        ports.add(new SlicePort(port.name(), port.protocol(), number, port.appProtocol()));
      }
    }
    return ports;
  }

  private @Nullable Integer number(ServiceSpec.Port port) {
    String target = port.targetName();
    return target == null
        ? ownPorts.getOrDefault(port.name(), port.targetPort())
        : ownPorts.get(target);
  }

  SliceEndpoint endpoint(ServiceSpec spec, String address) {
    boolean ready = spec.publishNotReadyAddresses() || (serving && !terminating);
    return new SliceEndpoint(
        new SliceEndpoint.Identity(address, uid),
        ready,
        serving,
        terminating,
        hostname,
        name,
        node,
        zone,
        ready && spec.hintsZones() ? zone : null,
        ready && spec.hintsNodes() ? node : null);
  }

  @Override
  public String toString() {
    return name + " " + Objects.toString(zone, "no zone") + " " + addresses;
  }
}
