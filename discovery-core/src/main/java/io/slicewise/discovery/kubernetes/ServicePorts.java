package io.slicewise.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
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
    List<Port> ports = List.of();
    ItemLimit limited = new ItemLimit(in, SliceDecoder.LARGEST_EVENT);
    try (JsonParser parser = SliceDecoder.newJsonFactory().createParser(limited)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UndecodableException("no Service");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean spec = parser.currentName().equals("spec");
        if (parser.nextToken() == JsonToken.START_OBJECT && spec) {
          ports = spec(parser);
        } else {
          parser.skipChildren();
        }
      }
      return ports;
    } catch (JsonProcessingException e) {
      throw new UndecodableException("no Service: " + e.getOriginalMessage(), e);
    }
  }

  private static List<Port> spec(JsonParser parser) throws IOException {
    List<Port> ports = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals("ports");
      if (parser.nextToken() != JsonToken.START_ARRAY || !wanted) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          ports.add(port(parser));
        } else {
          parser.skipChildren();
        }
      }
    }
    return ports;
  }

  private static Port port(JsonParser parser) throws IOException {
    String name = "";
    String protocol = "TCP";
    String targetPort = "";
    int number = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "name" -> name = parser.getValueAsString("");
        case "protocol" -> protocol = parser.getValueAsString("TCP");
        case "targetPort" -> targetPort = parser.getValueAsString("");
        case "port" -> number = ObjectReader.number(parser, 0);
        default -> {
          // nodePort, appProtocol and what may come
        }
      }
      parser.skipChildren();
    }
    // The API server fills a missing targetPort in with the port; others may not.
    return new Port(
        name, number, targetPort.isEmpty() ? String.valueOf(number) : targetPort, protocol);
  }
}
