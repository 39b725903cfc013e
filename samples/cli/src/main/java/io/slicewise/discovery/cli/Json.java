package io.slicewise.discovery.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.ZoneShare;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Views and explanations as single lines of JSON. The keys and their order are a promise. */
final class Json {

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private final JsonFactory factory = new JsonFactory();

  Json() {}

  /** Returns a view, published at {@code at}. */
  String view(ServiceView view, Instant at) {
    return line(
        json -> {
          head(json, view, at);
          json.writeArrayFieldStart("endpoints");
          for (int i = 0; i < view.endpoints().size(); i++) {
            json.writeStartObject();
            endpoint(
                json, view.endpoints().get(i), view.selection().share(i), view.selection().out(i));
            json.writeEndObject();
          }
          json.writeEndArray();
          routing(json, view.routing());
        });
  }

  /** Returns an explanation, made at {@code at}. */
  String explanation(Explanation explanation, Instant at) {
    return line(
        json -> {
          head(json, explanation.view(), at);
          json.writeArrayFieldStart("addresses");
          for (Explanation.Address address : explanation.addresses()) {
            json.writeStartObject();
            json.writeStringField("slice", address.slice());
            endpoint(json, address.endpoint(), address.share(), address.out());
            json.writeStringField("detail", address.detail());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("problems");
          for (String problem : explanation.problems()) {
            json.writeString(problem);
          }
          json.writeEndArray();
          routing(json, explanation.view().routing());
        });
  }

  private static void head(JsonGenerator json, ServiceView view, Instant at) throws IOException {
    json.writeNumberField("t", at.toEpochMilli());
    json.writeStringField("service", view.target().serviceId().toString());
    json.writeStringField("state", view.state().name());
    json.writeNumberField("revision", view.revision());
    json.writeStringField("resourceVersion", view.resourceVersion());
  }

  private static void endpoint(
      JsonGenerator json, Endpoint endpoint, double share, @Nullable OutReason out)
      throws IOException {
    json.writeStringField("address", endpoint.address());
    if (endpoint.port() == 0) {
      json.writeNullField("port");
    } else {
      json.writeNumberField("port", endpoint.port());
    }
    json.writeStringField("zone", endpoint.zone());
    json.writeStringField("node", endpoint.node());
    json.writeStringField("pod", endpoint.pod());
    json.writeStringField("hostname", endpoint.hostname());
    json.writeBooleanField("ready", endpoint.conditions().ready());
    json.writeBooleanField("serving", endpoint.conditions().serving());
    json.writeBooleanField("terminating", endpoint.conditions().terminating());
    json.writeNumberField("share", share);
    json.writeStringField("out", out == null ? null : out.name());
  }

  private static void routing(JsonGenerator json, Routing routing) throws IOException {
    json.writeObjectFieldStart("routing");
    json.writeStringField("policy", routing.policy());
    json.writeStringField("scope", routing.scope());
    json.writeStringField("zone", routing.zone());
    json.writeStringField("zoneSource", routing.zoneSource());
    json.writeStringField("basis", routing.basis());
    json.writeStringField("panic", routing.panic().name());
    json.writeNumberField("ejected", routing.ejected());
    json.writeNumberField("starting", routing.starting());
    json.writeArrayFieldStart("zones");
    for (ZoneShare zone : routing.zones()) {
      json.writeStartObject();
      json.writeStringField("zone", zone.zone().isEmpty() ? null : zone.zone());
      json.writeNumberField("endpoints", zone.endpoints());
      json.writeNumberField("capacity", zone.capacity());
      if (Double.isNaN(zone.callers())) {
        json.writeNullField("callers");
      } else {
        json.writeNumberField("callers", zone.callers());
      }
      json.writeNumberField("share", zone.share());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("notes");
    for (String note : routing.notes()) {
      json.writeString(note);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private String line(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = factory.createGenerator(text)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter never fails
    }
    return text.toString();
  }
}
