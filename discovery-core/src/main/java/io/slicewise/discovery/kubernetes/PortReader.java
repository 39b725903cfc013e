package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.SlicePort;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code ports} of a slice. Confined to one thread. */
final class PortReader {

  private final TextCache texts;
  private final List<SlicePort> scratch = new ArrayList<>();
  private final FieldNames fields = new FieldNames("name", "protocol", "port", "appProtocol");
  private List<SlicePort> last = List.of();

  PortReader(TextCache texts) {
    this.texts = texts;
  }

  /** Reads the value the cursor stands at; what is no list is an empty one. */
  List<SlicePort> read(JsonCursor in) throws UndecodableException {
    if (!in.enterArray()) {
      return List.of();
    }
    scratch.clear();
    while (in.nextElement()) {
      if (in.enterObject()) {
        readPort(in);
      }
    }
    if (!last.equals(scratch)) {
      last = List.copyOf(scratch);
    }
    return last;
  }

  private void readPort(JsonCursor in) throws UndecodableException {
    String name = null;
    String protocol = null;
    String appProtocol = null;
    int number = 0;
    while (in.nextField()) {
      switch (in.field(fields)) {
        case "name" -> name = in.string(texts);
        case "protocol" -> protocol = in.nonEmpty(texts);
        case "port" -> number = portNumber(in);
        case "appProtocol" -> appProtocol = in.nonEmpty(texts);
        default -> in.skipValue();
      }
    }
    scratch.add(
        new SlicePort(
            name == null ? "" : name, protocol == null ? "TCP" : protocol, number, appProtocol));
  }

  private static int portNumber(JsonCursor in) throws UndecodableException {
    int number = in.integer(0);
    return number > 0 && number <= 65_535 ? number : 0;
  }
}
