package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes slices as the API has them, as far as this project reads them. */
final class SliceEncoder {

  private SliceEncoder() {}

  static void write(EndpointSlice slice, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeObjectFieldStart("metadata");
    out.writeStringField("namespace", slice.namespace());
    out.writeStringField("name", slice.name());
    out.writeStringField("resourceVersion", slice.resourceVersion());
    out.writeObjectFieldStart("labels");
    for (Map.Entry<String, String> label : slice.labels().entrySet()) {
      out.writeStringField(label.getKey(), label.getValue());
    }
    out.writeEndObject();
    out.writeEndObject();
    out.writeStringField("addressType", typeName(slice.addressType()));
    out.writeArrayFieldStart("endpoints");
    for (SliceEndpoint endpoint : slice.endpoints()) {
      write(endpoint, out);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("ports");
    for (SlicePort port : slice.ports()) {
      write(port, out);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static String typeName(AddressType type) {
    return switch (type) {
      case IPV4 -> "IPv4";
      case IPV6 -> "IPv6";
      case FQDN -> "FQDN";
      case UNKNOWN -> "";
    };
  }

  private static void write(SliceEndpoint endpoint, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeArrayFieldStart("addresses");
    out.writeString(endpoint.address());
    out.writeEndArray();
    Conditions conditions = endpoint.conditions();
    out.writeObjectFieldStart("conditions");
    out.writeBooleanField("ready", conditions.ready());
    out.writeBooleanField("serving", conditions.serving());
    out.writeBooleanField("terminating", conditions.terminating());
    out.writeEndObject();
    writeText("hostname", endpoint.hostname(), out);
    writeText("nodeName", endpoint.node(), out);
    writeText("zone", endpoint.zone(), out);
    UUID uid = endpoint.podUid();
    if (endpoint.pod() != null || uid != null) {
      out.writeObjectFieldStart("targetRef");
      out.writeStringField("kind", "Pod");
      writeText("name", endpoint.pod(), out);
      writeText("uid", uid == null ? null : uid.toString(), out);
      out.writeEndObject();
    }
    if (!endpoint.hints().forZones().isEmpty() || !endpoint.hints().forNodes().isEmpty()) {
      out.writeObjectFieldStart("hints");
      writeNames("forZones", endpoint.hints().forZones(), out);
      writeNames("forNodes", endpoint.hints().forNodes(), out);
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void write(SlicePort port, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", port.name());
    out.writeStringField("protocol", port.protocol());
    if (port.number() > 0) {
      out.writeNumberField("port", port.number());
    }
    writeText("appProtocol", port.appProtocol(), out);
    out.writeEndObject();
  }

  private static void writeNames(String field, List<String> names, JsonGenerator out)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (String name : names) {
      out.writeStartObject();
      out.writeStringField("name", name);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void writeText(String field, @Nullable String text, JsonGenerator out)
      throws IOException {
    if (text != null) {
      out.writeStringField(field, text);
    }
  }
}
