package io.slicewise.discovery;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Short spellings of slices for tests. */
final class Slices {

  static final Conditions READY = Conditions.of(true, true, false);
  static final Conditions UNREADY = Conditions.of(false, false, false);
  static final Conditions DRAINING = Conditions.of(false, true, true);
  static final Conditions STOPPED = Conditions.of(false, false, true);

  private Slices() {}

  /** A slice of the Service shop/checkout with the one port grpc 8080. */
  static EndpointSlice slice(String name, int version, SliceEndpoint... endpoints) {
    return slice("checkout", name, version, List.of(tcp("grpc", 8080)), endpoints);
  }

  static EndpointSlice slice(
      String service, String name, int version, List<SlicePort> ports, SliceEndpoint... endpoints) {
    return new EndpointSlice(
        "shop",
        name,
        service,
        Integer.toString(version),
        AddressType.IPV4,
        Map.of(EndpointSlice.SERVICE_NAME_LABEL, service),
        List.of(endpoints),
        ports,
        null);
  }

  static EndpointSlice withType(AddressType type, EndpointSlice slice) {
    return new EndpointSlice(
        slice.namespace(),
        slice.name(),
        slice.service(),
        slice.resourceVersion(),
        type,
        slice.labels(),
        slice.endpoints(),
        slice.ports(),
        slice.lastChange());
  }

  static SlicePort tcp(String name, int number) {
    return new SlicePort(name, "TCP", number, null);
  }

  static SliceEndpoint endpoint(String address, Conditions conditions) {
    return endpoint(address, conditions, "pod-" + address);
  }

  /** An endpoint whose pod UID follows from the pod's name. */
  static SliceEndpoint endpoint(String address, Conditions conditions, String pod) {
    UUID uid = UUID.nameUUIDFromBytes(pod.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return new SliceEndpoint(
        address,
        conditions,
        null,
        "node-a",
        "zone-a",
        pod,
        uid.getMostSignificantBits(),
        uid.getLeastSignificantBits(),
        Hints.NONE);
  }

  /** A ready endpoint in a zone, on the node of that zone. */
  static SliceEndpoint in(String zone, String address) {
    return in(zone, address, READY);
  }

  static SliceEndpoint in(String zone, String address, Conditions conditions) {
    SliceEndpoint plain = endpoint(address, conditions);
    return new SliceEndpoint(
        address,
        conditions,
        null,
        "node-of-" + zone,
        zone,
        plain.pod(),
        plain.podUidHigh(),
        plain.podUidLow(),
        Hints.NONE);
  }

  /** So many ready endpoints in a zone, 10.{@code net}.0.1 and so on. */
  static List<SliceEndpoint> many(String zone, int net, int count) {
    List<SliceEndpoint> endpoints = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      endpoints.add(in(zone, "10." + net + ".0." + i));
    }
    return endpoints;
  }

  static SliceEndpoint ready(String address) {
    return endpoint(address, READY);
  }

  /** Endpoints 10.0.0.1 to 10.0.0.{@code count}, all ready. */
  static SliceEndpoint[] readyOnes(int count) {
    List<SliceEndpoint> endpoints = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      endpoints.add(ready("10.0." + i / 250 + "." + (i % 250 + 1)));
    }
    return endpoints.toArray(SliceEndpoint[]::new);
  }
}
