package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.IpLiteral;
import io.slicewise.discovery.model.SliceEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code endpoints} of a slice. Nil conditions are resolved here, at the border; an
 * endpoint without an address is left out. Confined to one thread.
 */
final class EndpointReader {

  // Apart from the names that many share: a rollout would push nodes and zones out.
  private static final int ADDRESS_SLOTS = 256;
  private static final int STEM_SLOTS = 64;

  private final TextCache texts;

  // Text that is an IP address becomes canonical whatever the addressType, which may not have been
  // read yet; a host name is never a legal address and stays as it is.
  private final TextCache addresses = new TextCache(ADDRESS_SLOTS, EndpointReader::canonical);
  private final HintsReader hintsReader;
  private final PodReference pod;
  private final List<SliceEndpoint> scratch = new ArrayList<>();
  private final FieldNames fields =
      new FieldNames(
          "addresses", "conditions", "hostname", "targetRef", "nodeName", "zone", "hints");
  private final FieldNames conditions = new FieldNames("ready", "serving", "terminating");

  private boolean ready;
  private boolean serving;
  private boolean terminating;

  EndpointReader(TextCache texts) {
    this.texts = texts;
    this.hintsReader = new HintsReader(texts);
    this.pod = new PodReference(new TextCache(STEM_SLOTS, UnaryOperator.identity()));
  }

  /**
   * Reads the value the cursor stands at; what is no list is an empty one.
   *
   * @param seen what the last version of the same slice held
   */
  List<SliceEndpoint> read(JsonCursor in, SeenEndpoints seen, long seed)
      throws UndecodableException {
    if (!in.enterArray()) {
      return List.of();
    }
    scratch.clear();
    seen.begin();
    while (in.nextElement()) {
      SliceEndpoint endpoint = seen.match(in, seed);
      if (endpoint == null) {
        int from = in.position();
        endpoint = in.enterObject() ? readEndpoint(in) : null;
        if (endpoint != null) {
          seen.add(in, from, seed);
        }
      }
      if (endpoint != null) {
        scratch.add(endpoint);
      }
    }
    List<SliceEndpoint> endpoints = List.copyOf(scratch);
    seen.end(endpoints);
    scratch.clear(); // or the last slice would be held until the next one
    return endpoints;
  }

  private @Nullable SliceEndpoint readEndpoint(JsonCursor in) throws UndecodableException {
    String address = null;
    String hostname = null;
    String node = null;
    String zone = null;
    Hints hints = Hints.NONE;
    resetConditions();
    pod.clear();
    while (in.nextField()) {
      switch (in.field(fields)) {
        case "addresses" -> address = readFirstAddress(in);
        case "conditions" -> readConditions(in);
        case "hostname" -> hostname = in.nonEmpty(texts);
        case "targetRef" -> pod.read(in);
        case "nodeName" -> node = in.nonEmpty(texts);
        case "zone" -> zone = in.nonEmpty(texts);
        case "hints" -> hints = hintsReader.read(in);
        default -> in.skipValue();
      }
    }
    return address == null
        ? null
        : SliceEndpoint.of(
            pod.name(),
            address,
            Conditions.of(ready, serving, terminating),
            hostname,
            node,
            zone,
            pod.uidHigh(),
            pod.uidLow(),
            hints);
  }

  /** Kubernetes gives a meaning to the first address only. */
  private @Nullable String readFirstAddress(JsonCursor in) throws UndecodableException {
    if (!in.enterArray()) {
      return null;
    }
    String first = null;
    boolean any = false;
    while (in.nextElement()) {
      if (any) {
        in.skipValue();
      } else {
        first = in.nonEmpty(addresses);
        any = true;
      }
    }
    return first;
  }

  private void readConditions(JsonCursor in) throws UndecodableException {
    resetConditions();
    if (!in.enterObject()) {
      return;
    }
    while (in.nextField()) {
      byte value = in.peek();
      switch (in.field(conditions)) {
        case "ready" -> ready = value != 'f';
        case "serving" -> serving = value != 'f';
        case "terminating" -> terminating = value == 't';
        default -> {
          // a condition of a later Kubernetes
        }
      }
      in.skipValue();
    }
  }

  private void resetConditions() {
    ready = true;
    serving = true;
    terminating = false;
  }

  private static String canonical(String text) {
    String canonical = IpLiteral.canonical(text);
    return canonical == null ? text : canonical;
  }
}
