package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slicewise.discovery.model.SlicePort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code ports} of a slice. Confined to one thread. */
final class PortReader {

  private final TextCache texts;
  private final List<SlicePort> scratch = new ArrayList<>();
  private List<SlicePort> last = List.of();

  PortReader(TextCache texts) {
    this.texts = texts;
  }

  /** Reads the value the parser stands on; what is no list is an empty one. */
  List<SlicePort> read(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      parser.skipChildren();
      return List.of();
    }
    scratch.clear();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.isExpectedStartObjectToken()) {
        readPort(parser);
      } else {
        parser.skipChildren();
      }
    }
    if (!last.equals(scratch)) {
      last = List.copyOf(scratch);
    }
    return last;
  }

  private void readPort(JsonParser parser) throws IOException {
    String name = null;
    String protocol = null;
    String appProtocol = null;
    int number = 0;
    for (String field; (field = parser.nextFieldName()) != null; ) {
      parser.nextToken();
      switch (field) {
        case "name" -> name = texts.text(parser);
        case "protocol" -> protocol = texts.nonEmpty(parser);
        case "appProtocol" -> appProtocol = texts.nonEmpty(parser);
        case "port" -> number = portNumber(parser);
        default -> {
          // a field of a later Kubernetes
        }
      }
      parser.skipChildren();
    }
    scratch.add(
        new SlicePort(
            name == null ? "" : name, protocol == null ? "TCP" : protocol, number, appProtocol));
  }

  private static int portNumber(JsonParser parser) throws IOException {
    int number = ObjectReader.number(parser, 0);
    return number > 0 && number <= 65_535 ? number : 0;
  }
}
