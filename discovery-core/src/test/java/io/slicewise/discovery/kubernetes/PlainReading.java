package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.kubernetes.JsonTree.integer;
import static io.slicewise.discovery.kubernetes.JsonTree.list;
import static io.slicewise.discovery.kubernetes.JsonTree.object;
import static io.slicewise.discovery.kubernetes.JsonTree.text;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.IpLiteral;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.SliceEvent;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an event says, as a text: once read from a JSON tree in the plainest way there is, once from
 * what the decoder made of the bytes. The first is the second's oracle and shares no code with it,
 * but for the spelling of IPv6 addresses.
 */
final class PlainReading {

  /** What has no text: the decoder must refuse it. */
  static final class Refused extends Exception {
    Refused(String why) {
      super(why, null, false, false);
    }
  }

  private static final Pattern IPV4 =
      Pattern.compile("0*([0-9]{1,3})\\.0*([0-9]{1,3})\\.0*([0-9]{1,3})\\.0*([0-9]{1,3})");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private PlainReading() {}

  /** The text of an event; null for one of an unknown type. */
  static String event(Object tree, boolean metadataOnly) throws Refused {
    if (!(tree instanceof Map<?, ?>)) {
      throw new Refused("no object");
    }
    String type = text(object(tree).get("type"));
    Map<String, Object> object = object(object(tree).get("object"));
    return switch (type) {
      case "ADDED", "MODIFIED", "DELETED" -> type + " " + slice(object, metadataOnly);
      case "BOOKMARK" -> {
        Map<String, Object> metadata = object(object.get("metadata"));
        String version = text(metadata.get("resourceVersion"));
        if (version.isEmpty()) {
          throw new Refused("no version");
        }
        Map<String, Object> annotations = object(metadata.get("annotations"));
        yield "BOOKMARK "
            + version
            + " "
            + "true".equals(annotations.get("k8s.io/initial-events-end"));
      }
      case "ERROR" -> "ERROR " + status(object, 0);
      case "" -> throw new Refused("no type");
      default -> null;
    };
  }

  /** The text of an event that was decoded. */
  static String event(SliceEvent event) {
    return switch (event.type()) {
      case ADDED, MODIFIED, DELETED -> event.type() + " " + slice(event.slice());
      case BOOKMARK -> "BOOKMARK " + event.resourceVersion() + " " + event.initialEventsEnd();
      case ERROR -> "ERROR " + status(event.status());
    };
  }

  /** The text of a slice. */
  static String slice(Map<String, Object> object, boolean metadataOnly) throws Refused {
    String kind = text(object.get("kind"));
    boolean right =
        kind.isEmpty()
            || kind.equals("EndpointSlice")
            || metadataOnly && kind.equals("PartialObjectMetadata");
    Map<String, Object> metadata = object(object.get("metadata"));
    String name = text(metadata.get("name"));
    String version = text(metadata.get("resourceVersion"));
    if (!right || name.isEmpty() || version.isEmpty()) {
      throw new Refused("no slice");
    }
    Map<String, String> labels = new TreeMap<>();
    object(metadata.get("labels"))
        .forEach(
            (label, value) -> {
              if (value instanceof String text) {
                labels.put(label, text);
              }
            });
    AddressType type =
        switch (text(object.get("addressType"))) {
          case "IPv4" -> AddressType.IPV4;
          case "IPv6" -> AddressType.IPV6;
          case "FQDN" -> AddressType.FQDN;
          default -> AddressType.UNKNOWN;
        };
    List<String> endpoints = new ArrayList<>();
    List<String> ports = new ArrayList<>();
    if (!metadataOnly) {
      for (Object endpoint : list(object.get("endpoints"))) {
        endpoint(object(endpoint), endpoints);
      }
      for (Object port : list(object.get("ports"))) {
        if (port instanceof Map<?, ?>) {
          ports.add(port(object(port)));
        }
      }
    }
    Object changed =
        object(metadata.get("annotations")).get("endpoints.kubernetes.io/last-change-trigger-time");
    return fields(
        text(metadata.get("namespace")),
        name,
        labels.getOrDefault("kubernetes.io/service-name", ""),
        version,
        type,
        labels,
        endpoints,
        ports,
        instant(changed));
  }

  private static String fields(Object... fields) {
    return Arrays.toString(fields);
  }

  /** The text of a slice that was decoded. */
  static String slice(EndpointSlice slice) {
    return fields(
        slice.namespace(),
        slice.name(),
        slice.service(),
        slice.resourceVersion(),
        slice.addressType(),
        new TreeMap<>(slice.labels()),
        slice.endpoints().stream().map(PlainReading::endpoint).toList(),
        slice.ports().stream().map(PlainReading::port).toList(),
        String.valueOf(slice.lastChange()));
  }

  private static String instant(Object value) {
    try {
      return Instant.parse(text(value)).toString();
    } catch (DateTimeException e) {
      return "null";
    }
  }

  private static void endpoint(Map<String, Object> endpoint, List<String> into) {
    List<?> addresses = list(endpoint.get("addresses"));
    String address = addresses.isEmpty() ? "" : text(addresses.get(0));
    if (address.isEmpty()) {
      return;
    }
    Map<String, Object> conditions = object(endpoint.get("conditions"));
    Map<String, Object> pod = object(endpoint.get("targetRef"));
    String kind = text(pod.get("kind"));
    boolean isPod = kind.isEmpty() || kind.equals("Pod");
    Map<String, Object> hints = object(endpoint.get("hints"));
    into.add(
        fields(
            canonical(address),
            conditions.get("ready") != Boolean.FALSE,
            conditions.get("serving") != Boolean.FALSE,
            conditions.get("terminating") == Boolean.TRUE,
            orNull(endpoint.get("hostname")),
            orNull(endpoint.get("nodeName")),
            orNull(endpoint.get("zone")),
            isPod ? orNull(pod.get("name")) : null,
            isPod ? uid(text(pod.get("uid"))) : null,
            names(hints.get("forZones")),
            names(hints.get("forNodes"))));
  }

  private static String endpoint(SliceEndpoint endpoint) {
    return fields(
        endpoint.address(),
        endpoint.conditions().ready(),
        endpoint.conditions().serving(),
        endpoint.conditions().terminating(),
        endpoint.hostname(),
        endpoint.node(),
        endpoint.zone(),
        endpoint.pod(),
        endpoint.podUid(),
        endpoint.hints().forZones(),
        endpoint.hints().forNodes());
  }

  private static String orNull(Object value) {
    return text(value).isEmpty() ? null : text(value);
  }

  private static List<String> names(Object value) {
    List<String> names = new ArrayList<>();
    for (Object element : list(value)) {
      String name = text(object(element).get("name"));
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  private static UUID uid(String text) {
    if (text.isEmpty()) {
      return null;
    }
    UUID uid =
        UUID_TEXT.matcher(text).matches()
            ? UUID.fromString(text)
            : UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    return uid.equals(new UUID(0, 0)) ? null : uid;
  }

  private static String canonical(String address) {
    if (address.indexOf(':') >= 0) {
      String canonical = IpLiteral.canonical(address);
      return canonical == null ? address : canonical;
    }
    Matcher parts = IPV4.matcher(address);
    if (!parts.matches()) {
      return address;
    }
    List<String> canonical = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      int part = Integer.parseInt(parts.group(i));
      if (part > 255) {
        return address;
      }
      canonical.add(Integer.toString(part));
    }
    return String.join(".", canonical);
  }

  private static String port(Map<String, Object> port) {
    int number = integer(port.get("port"), 0);
    String protocol = orNull(port.get("protocol"));
    return fields(
        text(port.get("name")),
        protocol == null ? "TCP" : protocol,
        number < 1 || number > 65_535 ? 0 : number,
        orNull(port.get("appProtocol")));
  }

  private static String port(SlicePort port) {
    return fields(port.name(), port.protocol(), port.number(), port.appProtocol());
  }

  /** The text of a Status. */
  static String status(Map<String, Object> object, int httpCode) {
    Map<String, Object> details = object(object.get("details"));
    int code = httpCode == 0 ? integer(object.get("code"), 0) : httpCode;
    int after = integer(details.get("retryAfterSeconds"), -1);
    String message = text(object.get("message"));
    boolean tooLarge = message.contains("Too large resource version");
    for (Object cause : list(details.get("causes"))) {
      tooLarge |= "ResourceVersionTooLarge".equals(object(cause).get("reason"));
    }
    return new ApiStatus(
                code == 0 ? 500 : code,
                text(object.get("reason")),
                message.length() > 500 ? message.substring(0, 500) + "…" : message,
                after < 0 ? null : Duration.ofSeconds(after),
                tooLarge)
            .toString()
        + " "
        + (after < 0 ? null : Duration.ofSeconds(after))
        + " "
        + tooLarge;
  }

  /** The text of a Status that was decoded. */
  static String status(ApiStatus status) {
    return status + " " + status.retryAfter() + " " + status.resourceVersionTooLarge();
  }
}
