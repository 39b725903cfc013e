package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slicewise.discovery.model.ServiceId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The first line of a snapshot file: whose it is, and what the rest has to look like.
 *
 * @param format the version of the format
 * @param server where the slices were read
 * @param services when the API server last vouched for each Service
 * @param length how many bytes follow the line
 * @param crc32 their checksum
 */
record SnapshotHeader(
    int format, String server, Map<ServiceId, Instant> services, long length, long crc32) {

  static final int FORMAT = 1;

  private static final JsonFactory JSON = new JsonFactory();

  SnapshotHeader {
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
  }

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeNumberField("slicewise", format);
      out.writeStringField("server", server);
      out.writeNumberField("length", length);
      out.writeNumberField("crc32", crc32);
      out.writeObjectFieldStart("services");
      for (Map.Entry<ServiceId, Instant> service : services.entrySet()) {
        out.writeStringField(service.getKey().toString(), service.getValue().toString());
      }
      out.writeEndObject();
      out.writeEndObject();
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  /**
   * Reads a header.
   *
   * @throws IOException if the bytes are none; the message says why
   */
  static SnapshotHeader parse(byte[] bytes, int length) throws IOException {
    int format = 0;
    String server = "";
    long bodyLength = -1;
    long crc32 = -1;
    Map<ServiceId, Instant> services = new LinkedHashMap<>();
    try (JsonParser in = JSON.createParser(bytes, 0, length)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("its first line is no JSON object");
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String field = in.currentName();
        JsonToken value = in.nextToken();
        switch (field) {
          case "slicewise" -> format = in.getValueAsInt();
          case "server" -> server = in.getValueAsString("");
          case "length" -> bodyLength = in.getValueAsLong(-1);
          case "crc32" -> crc32 = in.getValueAsLong(-1);
          case "services" -> {
            while (value == JsonToken.START_OBJECT && in.nextToken() == JsonToken.FIELD_NAME) {
              ServiceId service = service(in.currentName());
              services.put(service, Instant.parse(in.nextTextValue()));
            }
          }
          default -> in.skipChildren();
        }
      }
    } catch (DateTimeException | NullPointerException e) {
      throw new IOException("its first line has no such time: " + e.getMessage(), e);
    }
    return new SnapshotHeader(format, server, services, bodyLength, crc32);
  }

  private static ServiceId service(String text) throws IOException {
    int slash = text.indexOf('/');
    if (slash < 1 || slash == text.length() - 1) {
      throw new IOException("service: " + text + " (expected: namespace/name)");
    }
    return new ServiceId(text.substring(0, slash), text.substring(slash + 1));
  }
}
