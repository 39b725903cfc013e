package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.IpLiteral;
import io.slicewise.discovery.model.SliceEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code endpoints} of a slice. Nil conditions are resolved here, at the border; an
 * endpoint without an address is left out. Confined to one thread.
 */
final class EndpointReader {

  private static final int ADDRESS_SLOTS = 4096;

  private final TextCache texts;

  // Text that is an IP address becomes canonical whatever the addressType, which may not have been
  // read yet; a host name is never a legal address and stays as it is.
  private final TextCache addresses = new TextCache(ADDRESS_SLOTS, EndpointReader::canonical);
  private final HintsReader hintsReader;
  private final PodReference pod;
  private final List<SliceEndpoint> scratch = new ArrayList<>();

  private boolean ready;
  private boolean serving;
  private boolean terminating;

  EndpointReader(TextCache texts) {
    this.texts = texts;
    this.hintsReader = new HintsReader(texts);
    this.pod = new PodReference(texts);
  }

  /** Reads the value the parser stands on; what is no list is an empty one. */
  List<SliceEndpoint> read(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      parser.skipChildren();
      return List.of();
    }
    scratch.clear();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.isExpectedStartObjectToken()) {
        readEndpoint(parser);
      } else {
        parser.skipChildren();
      }
    }
    List<SliceEndpoint> endpoints = List.copyOf(scratch);
    scratch.clear(); // or the last slice would be held until the next one
    return endpoints;
  }

  private void readEndpoint(JsonParser parser) throws IOException {
    String address = null;
    String hostname = null;
    String node = null;
    String zone = null;
    Hints hints = Hints.NONE;
    resetConditions();
    pod.clear();
    for (String field; (field = parser.nextFieldName()) != null; ) {
      parser.nextToken();
      switch (field) {
        case "addresses" -> address = readFirstAddress(parser);
        case "conditions" -> readConditions(parser);
        case "hostname" -> hostname = texts.nonEmpty(parser);
        case "nodeName" -> node = texts.nonEmpty(parser);
        case "zone" -> zone = texts.nonEmpty(parser);
        case "targetRef" -> pod.read(parser);
        case "hints" -> hints = hintsReader.read(parser);
        default -> parser.skipChildren();
      }
    }
    if (address != null) {
      Conditions conditions = Conditions.of(ready, serving, terminating);
      scratch.add(
          new SliceEndpoint(
              address,
              conditions,
              hostname,
              node,
              zone,
              pod.name(),
              pod.uidHigh(),
              pod.uidLow(),
              hints));
    }
  }

  /** Kubernetes gives a meaning to the first address only. */
  private @Nullable String readFirstAddress(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      parser.skipChildren();
      return null;
    }
    String first = null;
    boolean any = false;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (any) {
        parser.skipChildren();
      } else {
        first = addresses.nonEmpty(parser);
        any = true;
      }
    }
    return first;
  }

  private void readConditions(JsonParser parser) throws IOException {
    resetConditions();
    if (!parser.isExpectedStartObjectToken()) {
      parser.skipChildren();
      return;
    }
    for (String field; (field = parser.nextFieldName()) != null; ) {
      JsonToken value = parser.nextToken();
      switch (field) {
        case "ready" -> ready = value != JsonToken.VALUE_FALSE;
        case "serving" -> serving = value != JsonToken.VALUE_FALSE;
        case "terminating" -> terminating = value == JsonToken.VALUE_TRUE;
        default -> {
          // a condition of a later Kubernetes
        }
      }
      parser.skipChildren();
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
