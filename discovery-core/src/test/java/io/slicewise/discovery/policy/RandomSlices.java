package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.SliceEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Slices of shop/checkout that come, change and go by chance: both families and host names, ports
 * of other names and numbers or none, addresses in two slices or reused by another pod, all
 * conditions, hints of all kinds. The Service has hints for zones, for nodes, for both, or by
 * accident.
 */
public final class RandomSlices {

  public static final List<String> ZONES = List.of("a", "b", "c");
  public static final List<String> NODES = List.of("n1", "n2", "n3", "n4");

  private final Random random;
  private final boolean zoneHints;
  private final boolean nodeHints;
  private final Map<String, EndpointSlice> slices = new TreeMap<>();
  private int version = 100;

  /** Starts with no slice. */
  public RandomSlices(Random random) {
    this.random = random;
    this.zoneHints = random.nextBoolean();
    this.nodeHints = random.nextBoolean();
  }

  /** The slices as they are now. */
  public Collection<EndpointSlice> now() {
    return slices.values();
  }

  /** Adds, changes or deletes a slice, and returns what a server tells of it. */
  public SliceEvent change() {
    String name = "s" + random.nextInt(4);
    EndpointSlice known = slices.get(name);
    if (known != null && random.nextInt(8) == 0) {
      slices.remove(name);
      return SliceEvent.of(SliceEvent.Type.DELETED, known);
    }
    EndpointSlice slice = slice(name, known == null ? type() : known.addressType());
    slices.put(name, slice);
    return SliceEvent.of(known == null ? SliceEvent.Type.ADDED : SliceEvent.Type.MODIFIED, slice);
  }

  private AddressType type() {
    return switch (random.nextInt(12)) {
      case 0 -> AddressType.FQDN;
      case 1, 2, 3, 4 -> AddressType.IPV6;
      default -> AddressType.IPV4;
    };
  }

  private EndpointSlice slice(String name, AddressType type) {
    List<SliceEndpoint> endpoints = new ArrayList<>();
    Set<Integer> hosts = new HashSet<>(); // which of two in one slice counts is nobody's rule
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int host = 1 + random.nextInt(9);
      if (hosts.add(host)) {
        endpoints.add(endpoint(type, host));
      }
    }
    return new EndpointSlice(
        "shop",
        name,
        "checkout",
        Integer.toString(++version),
        type,
        Map.of(EndpointSlice.SERVICE_NAME_LABEL, "checkout"),
        endpoints,
        ports(),
        null);
  }

  private SliceEndpoint endpoint(AddressType type, int host) {
    Conditions conditions =
        random.nextInt(3) > 0
            ? Conditions.of(true, true, false)
            : Conditions.of(random.nextInt(4) == 0, random.nextBoolean(), random.nextBoolean());
    long pod = 1 + host + (random.nextInt(4) == 0 ? 100 : 0);
    return new SliceEndpoint(
        address(type, host),
        conditions,
        null,
        oneOf(NODES),
        oneOf(ZONES),
        "pod-" + pod,
        1,
        pod,
        new Hints(hints(ZONES, zoneHints), hints(NODES, nodeHints)));
  }

  private static String address(AddressType type, int host) {
    return switch (type) {
      case IPV6 -> "fd00::" + host;
      case FQDN -> "host-" + host + ".example.com";
      default -> "10.0.0." + host;
    };
  }

  private @Nullable String oneOf(List<String> names) {
    return random.nextInt(8) == 0 ? null : names.get(random.nextInt(names.size()));
  }

  private List<String> hints(List<String> names, boolean wanted) {
    if (!wanted) {
      return random.nextInt(10) == 0 ? List.of(names.get(0)) : List.of();
    }
    String one = names.get(random.nextInt(names.size()));
    return switch (random.nextInt(16)) {
      case 0 -> List.of();
      case 1, 2 -> List.of(names.get(0), one);
      default -> List.of(one);
    };
  }

  private List<SlicePort> ports() {
    return switch (random.nextInt(12)) {
      case 0 -> List.of();
      case 1 -> List.of(new SlicePort("grpc", "TCP", 0, null));
      case 2 -> List.of(new SlicePort("grpc", "UDP", 8080, null));
      case 3 -> List.of(new SlicePort("http", "TCP", 8080, null));
      case 4 ->
          List.of(new SlicePort("http", "TCP", 80, null), new SlicePort("grpc", "TCP", 9090, null));
      default -> List.of(new SlicePort("grpc", "TCP", 8080, null));
    };
  }
}
