package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slicewise.discovery.source.ExchangeEnd;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** The zone of a node, as its label {@code topology.kubernetes.io/zone} says. */
final class NodeZone {

  private static final Logger LOGGER = System.getLogger(NodeZone.class.getName());
  private static final String LABEL = "topology.kubernetes.io/zone";

  private NodeZone() {}

  /** Carries the question out; what goes wrong is logged. */
  static Optional<String> ask(ApiExchange exchange, String node) {
    StringBuilder zone = new StringBuilder();
    ExchangeEnd end =
        exchange.run(
            in -> {
              zone.append(labelIn(in));
              return ExchangeEnd.complete();
            });
    if (end.kind() != ExchangeEnd.Kind.COMPLETE) {
      LOGGER.log(Level.WARNING, "the zone of Node " + node + " is not to be had: " + end.message());
    } else if (zone.isEmpty()) {
      LOGGER.log(Level.WARNING, "Node " + node + " has no label " + LABEL);
    }
    return Optional.of(zone.toString()).filter(text -> !text.isEmpty());
  }

  private static String labelIn(InputStream in) throws IOException {
    int depth = 0;
    boolean inMetadata = false;
    boolean inLabels = false;
    try (JsonParser parser = new JsonFactory().createParser(in)) {
      for (JsonToken next = parser.nextToken(); next != null; next = parser.nextToken()) {
        String name = parser.currentName();
        if (next == JsonToken.START_OBJECT) {
          depth++;
          inMetadata |= depth == 2 && "metadata".equals(name);
          inLabels |= depth == 3 && inMetadata && "labels".equals(name);
        } else if (next == JsonToken.END_OBJECT) {
          inLabels &= depth != 3;
          inMetadata &= depth != 2;
          depth--;
        } else if (next == JsonToken.VALUE_STRING && inLabels && depth == 3 && LABEL.equals(name)) {
          return parser.getText();
        }
      }
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new UndecodableException("no Node");
    }
    return "";
  }
}
