package io.slicewise.discovery.chaos;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.ServiceTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is watched, and Kubernetes' rules of who serves it, written down once more and as plainly as
 * possible: every time from all slices, with no memory of before.
 *
 * @param text the target as users write it
 * @param family the preferred address type
 * @param fleeting whether its watch is opened and closed during the run
 */
record Target(String text, String family, boolean fleeting) {

  /** By name and by number, with and without a port, of both families, here to stay or not. */
  static final List<Target> ALL =
      List.of(
          new Target("checkout.shop:grpc", "IPv4", false),
          new Target("checkout.shop:8080", "IPv4", false),
          new Target("cart.shop", "IPv4", false),
          new Target("stock.shop:grpc", "IPv6", false),
          new Target("stock.shop:grpc", "IPv4", false),
          new Target("ghost.shop:http", "IPv4", false),
          new Target("checkout.depot:grpc", "IPv4", false),
          new Target("cart.shop:grpc", "IPv4", true),
          new Target("flash.shop:grpc", "IPv4", true));

  private record Entry(ModelSlice slice, ModelEndpoint endpoint, int port) {

    Identity identity() {
      return new Identity(endpoint.address(slice.type()), port, endpoint.uid());
    }

    String place() {
      return endpoint.address(slice.type()) + " " + port;
    }
  }

  ServiceTarget parsed() {
    return ServiceTarget.parse(text);
  }

  WatchOptions options() {
    return WatchOptions.DEFAULTS.withFamily(
        family.equals("IPv4") ? AddressType.IPV4 : AddressType.IPV6);
  }

  /** All that could be called if nothing better were there. */
  Set<Identity> usable(Collection<ModelSlice> slices) {
    Set<Identity> usable = new HashSet<>();
    for (Entry entry : entries(slices)) {
      if (entry.endpoint.ready() || entry.endpoint.lastResort()) {
        usable.add(entry.identity());
      }
    }
    return usable;
  }

  /** Those that are to be called. */
  Set<Identity> eligible(Collection<ModelSlice> slices) {
    List<Entry> entries = winners(entries(slices));
    entries.removeIf(entry -> !entry.endpoint.ready() && !entry.endpoint.lastResort());
    if (entries.stream().anyMatch(entry -> entry.slice.type().equals(family))) {
      entries.removeIf(entry -> !entry.slice.type().equals(family));
    }
    if (entries.stream().anyMatch(entry -> entry.endpoint.ready())) {
      entries.removeIf(entry -> !entry.endpoint.ready());
    }
    Set<Identity> eligible = new HashSet<>();
    entries.forEach(entry -> eligible.add(entry.identity()));
    return eligible;
  }

  private List<Entry> entries(Collection<ModelSlice> slices) {
    ServiceTarget target = parsed();
    List<ModelSlice> ours = new ArrayList<>();
    for (ModelSlice slice : slices) {
      if (slice.service().equals(target.service())
          && ModelSlice.namespace(slice.index()).equals(target.namespace())) {
        ours.add(slice);
      }
    }
    String name = target.port() == null ? onlyPort(ours) : target.port().name();
    int number = target.port() == null ? 0 : target.port().number();
    List<Entry> entries = new ArrayList<>();
    for (ModelSlice slice : ours) {
      int port = name == null && number == 0 ? 0 : portIn(slice, name, number);
      if (port > 0 && !slice.type().equals("FQDN")) {
        slice.endpoints().forEach(endpoint -> entries.add(new Entry(slice, endpoint, port)));
      }
    }
    return entries;
  }

  private static @Nullable String onlyPort(List<ModelSlice> slices) {
    TreeSet<String> names = new TreeSet<>();
    for (ModelSlice slice : slices) {
      for (ModelPort port : slice.portList()) {
        if (port.isTcp() && port.number() > 0) {
          names.add(port.name());
        }
      }
    }
    if (names.size() == 1) {
      return names.first();
    }
    return names.contains("grpc") ? "grpc" : names.contains("http") ? "http" : null;
  }

  private static int portIn(ModelSlice slice, @Nullable String name, int number) {
    if (name == null && slice.portList().isEmpty()) {
      return number; // headless without ports: the caller knows
    }
    for (ModelPort port : slice.portList()) {
      if (port.isTcp() && name != null && name.equals(port.name())) {
        return port.number();
      }
      if (port.isTcp() && name == null && (port.number() == number || port.number() == 0)) {
        return number;
      }
    }
    return 0;
  }

  /** Each address and port once: of one pod the newest entry, of two pods the livelier. */
  private static List<Entry> winners(List<Entry> entries) {
    Map<Identity, Entry> newest = new HashMap<>();
    for (Entry entry : entries) {
      newest.merge(
          entry.identity(), entry, (a, b) -> a.slice.version() > b.slice.version() ? a : b);
    }
    Comparator<Entry> livelier =
        Comparator.<Entry, Boolean>comparing(entry -> entry.endpoint.terminating())
            .thenComparing(entry -> !entry.endpoint.ready())
            .thenComparing(entry -> -entry.slice.version());
    Map<String, Entry> byPlace = new HashMap<>();
    for (Entry entry : newest.values()) {
      byPlace.merge(entry.place(), entry, (a, b) -> livelier.compare(a, b) <= 0 ? a : b);
    }
    return new ArrayList<>(byPlace.values());
  }

  @Override
  public String toString() {
    return text + (family.equals("IPv4") ? "" : " (" + family + ")");
  }
}
