package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.SliceRequest.Content;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The API object last read: an EndpointSlice or its metadata, a bookmark or a Status. All their
 * fields are gathered in one pass, because the event's type, which tells them apart, may come after
 * the object. Confined to one thread.
 */
final class ObjectReader {

  private static final int LONGEST_MESSAGE = 500;
  private static final String SLICE = "EndpointSlice";
  private static final String METADATA = "PartialObjectMetadata";
  private static final String TOO_LARGE_REASON = "ResourceVersionTooLarge";
  private static final String TOO_LARGE_TEXT = "Too large resource version";

  private final TextCache texts;
  private final boolean metadataOnly;
  private final SeenSlices seen = new SeenSlices();
  private final MetadataReader metadata;
  private final EndpointReader endpointReader;
  private final PortReader portReader;
  private final FieldNames fields =
      new FieldNames(
          "kind",
          "metadata",
          "addressType",
          "endpoints",
          "ports",
          "message",
          "reason",
          "details",
          "code");
  private final FieldNames details = new FieldNames("causes", "retryAfterSeconds");
  private final FieldNames causeReason = new FieldNames("reason");

  private String kind = "";
  private AddressType addressType = AddressType.UNKNOWN;
  private List<SliceEndpoint> endpoints = List.of();
  private List<SlicePort> ports = List.of();
  private int code;
  private String reason = "";
  private String message = "";
  private int retryAfterSeconds = -1;
  private boolean tooLarge;

  ObjectReader(TextCache texts, Content content) {
    this.texts = texts;
    this.metadataOnly = content == Content.METADATA;
    this.metadata = new MetadataReader(texts);
    this.endpointReader = new EndpointReader(texts);
    this.portReader = new PortReader(texts);
  }

  /** The object's kind; empty for the items of a list. */
  String kind() {
    return kind;
  }

  MetadataReader metadata() {
    return metadata;
  }

  /** Returns what was read as a slice. */
  EndpointSlice slice() throws UndecodableException {
    if (!kind.isEmpty() && !kind.equals(SLICE) && !(metadataOnly && kind.equals(METADATA))) {
      throw new UndecodableException(
          "object of kind " + kind + " (expected: " + (metadataOnly ? METADATA : SLICE) + ")");
    }
    if (metadata.name().isEmpty() || metadata.resourceVersion().isEmpty()) {
      throw new UndecodableException("EndpointSlice without a name or a resourceVersion");
    }
    Map<String, String> labels = metadata.labels();
    return new EndpointSlice(
        metadata.namespace(),
        metadata.name(),
        labels.getOrDefault(EndpointSlice.SERVICE_NAME_LABEL, ""),
        metadata.resourceVersion(),
        addressType,
        labels,
        endpoints,
        ports,
        metadata.triggerTime());
  }

  /** Returns what was read as a Status; {@code code} is that of its HTTP response, 0 for none. */
  ApiStatus status(int httpCode) {
    // Without any code it is an error all the same, and nothing that a retry would make worse.
    int effective = httpCode != 0 ? httpCode : code != 0 ? code : 500;
    Duration retryAfter = retryAfterSeconds < 0 ? null : Duration.ofSeconds(retryAfterSeconds);
    boolean large = tooLarge || message.contains(TOO_LARGE_TEXT);
    return new ApiStatus(effective, reason, cut(message), retryAfter, large);
  }

  /** Forgets the slice that was read: it is gone. */
  void forget() {
    seen.forget(metadata.name());
  }

  void clear() {
    kind = "";
    metadata.clear();
    addressType = AddressType.UNKNOWN;
    endpoints = List.of();
    ports = List.of();
    code = 0;
    reason = "";
    message = "";
    retryAfterSeconds = -1;
    tooLarge = false;
  }

  /** Reads the value the cursor stands at; what is no object reads as one without fields. */
  void read(JsonCursor in) throws UndecodableException {
    clear();
    if (!in.enterObject()) {
      return;
    }
    while (in.nextField()) {
      switch (in.field(fields)) {
        case "kind" -> kind = orEmpty(in.string(texts));
        case "metadata" -> metadata.read(in);
        case "addressType" -> addressType = addressType(in.string(texts));
        case "endpoints" -> readEndpoints(in);
        case "ports" -> readPorts(in);
        case "message" -> message = orEmpty(in.string(texts));
        case "reason" -> reason = orEmpty(in.string(texts));
        case "details" -> readDetails(in);
        case "code" -> code = in.integer(0);
        default -> in.skipValue();
      }
    }
  }

  private void readEndpoints(JsonCursor in) throws UndecodableException {
    if (metadataOnly) {
      in.skipValue();
    } else {
      endpoints = endpointReader.read(in, seen.of(metadata.name()), seen.seed());
    }
  }

  private void readPorts(JsonCursor in) throws UndecodableException {
    if (metadataOnly) {
      in.skipValue();
    } else {
      ports = portReader.read(in);
    }
  }

  private void readDetails(JsonCursor in) throws UndecodableException {
    if (!in.enterObject()) {
      return;
    }
    while (in.nextField()) {
      switch (in.field(details)) {
        case "retryAfterSeconds" -> retryAfterSeconds = in.integer(-1);
        case "causes" -> readCauses(in);
        default -> in.skipValue();
      }
    }
  }

  private void readCauses(JsonCursor in) throws UndecodableException {
    if (!in.enterArray()) {
      return;
    }
    while (in.nextElement()) {
      if (!in.enterObject()) {
        continue;
      }
      while (in.nextField()) {
        boolean why = !in.field(causeReason).isEmpty();
        String text = in.string(texts);
        tooLarge |= why && TOO_LARGE_REASON.equals(text);
      }
    }
  }

  private static AddressType addressType(@Nullable String text) {
    return switch (orEmpty(text)) {
      case "IPv4" -> AddressType.IPV4;
      case "IPv6" -> AddressType.IPV6;
      case "FQDN" -> AddressType.FQDN;
      default -> AddressType.UNKNOWN;
    };
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "…";
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
