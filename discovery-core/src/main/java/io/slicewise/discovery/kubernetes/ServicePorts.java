package io.slicewise.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.source.ExchangeEnd;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ports of a Service as the Service itself states them, which its slices do not: they hold
 * target ports.
 *
 * @param end how the question ended; a refusal's status says 403 where {@code services} may not be
 *     read and 404 where there is no such Service
 * @param ports the ports; empty unless the question ended well
 */
public record ServicePorts(ExchangeEnd end, List<Port> ports) {

  /**
   * A port of a Service.
   *
   * @param name its name; empty for a single unnamed port
   * @param number the Service's own port number
   * @param targetPort the pods' port: a number, or the name of a container port
   * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
   */
  public record Port(String name, int number, String targetPort, String protocol) {

    public Port {
      requireNonNull(name, "name");
      requireNonNull(targetPort, "targetPort");
      requireNonNull(protocol, "protocol");
    }
  }

  public ServicePorts {
    requireNonNull(end, "end");
    ports = List.copyOf(ports);
  }

  /** Returns the name of the port with the Service's own number, or nothing if there is none. */
  public Optional<String> nameOf(int number, String protocol) {
    return ports.stream()
        .filter(port -> port.number() == number && port.protocol().equals(protocol))
        .map(Port::name)
        .findFirst();
  }

  /** Carries the question out. */
  static ServicePorts ask(ApiExchange exchange) {
    List<Port> ports = new ArrayList<>();
    ExchangeEnd end =
        exchange.run(
            in -> {
              ports.addAll(decode(in));
              return ExchangeEnd.complete();
            });
    return new ServicePorts(end, ports);
  }

  private static List<Port> decode(InputStream in) throws IOException {
    byte[] body = in.readNBytes(SliceDecoder.LARGEST_EVENT);
    JsonCursor cursor = new JsonCursor();
    cursor.reset(body, 0, body.length);
    if (cursor.peek() != '{') {
      throw new UndecodableException("no Service");
    }
    List<Port> ports = new ArrayList<>();
    FieldNames specField = new FieldNames("spec");
    cursor.enterObject();
    while (cursor.nextField()) {
      if (cursor.field(specField).isEmpty()) {
        cursor.skipValue();
      } else {
        readSpec(cursor, ports);
      }
    }
    cursor.expectEnd();
    return ports;
  }

  private static void readSpec(JsonCursor cursor, List<Port> ports) throws UndecodableException {
    FieldNames portsField = new FieldNames("ports");
    if (!cursor.enterObject()) {
      return;
    }
    while (cursor.nextField()) {
      if (cursor.field(portsField).isEmpty()) {
        cursor.skipValue();
        continue;
      }
      if (cursor.enterArray()) {
        while (cursor.nextElement()) {
          if (cursor.enterObject()) {
            ports.add(readPort(cursor));
          }
        }
      }
    }
  }

  private static Port readPort(JsonCursor cursor) throws UndecodableException {
    FieldNames fields = new FieldNames("name", "protocol", "port", "targetPort");
    String name = "";
    String protocol = "TCP";
    String targetPort = "";
    int number = 0;
    while (cursor.nextField()) {
      switch (cursor.field(fields)) {
        case "name" -> name = cursor.readText() ? cursor.text() : "";
        case "protocol" -> protocol = cursor.readText() ? cursor.text() : "TCP";
        case "port" -> number = cursor.integer(0);
        case "targetPort" -> {
          if (cursor.peek() == '"') {
            targetPort = cursor.readText() ? cursor.text() : "";
          } else {
            int target = cursor.integer(0);
            targetPort = target == 0 ? "" : Integer.toString(target);
          }
        }
        default -> cursor.skipValue();
      }
    }
    // The API server fills a missing targetPort in with the port; others may not.
    return new Port(
        name, number, targetPort.isEmpty() ? Integer.toString(number) : targetPort, protocol);
  }
}
