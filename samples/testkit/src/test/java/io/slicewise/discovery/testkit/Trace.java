package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What a real Kubernetes 1.36 API server sent, as recorded. */
record Trace(List<JsonNode> entries) {

  static Trace read(String name) {
    List<JsonNode> entries = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Trace.class.getResourceAsStream("/traces/" + name + ".jsonl.gz")),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        entries.add(Json.parse(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Trace(entries);
  }

  private JsonNode find(String stream, String field) {
    return entries.stream()
        .filter(entry -> entry.path("stream").asText().equals(stream) && entry.has(field))
        .findFirst()
        .orElseThrow(() -> new AssertionError(stream + " has no " + field))
        .path(field);
  }

  String path(String stream) {
    return find(stream, "request").path("path").asText();
  }

  int status(String stream) {
    return find(stream, "response").path("status").asInt();
  }

  String body(String stream) {
    return find(stream, "body").asText();
  }

  /** The events of a watch. */
  List<JsonNode> events(String stream) {
    return entries.stream()
        .filter(entry -> entry.path("stream").asText().equals(stream) && entry.has("line"))
        .map(entry -> (JsonNode) Json.parse(entry.path("line").asText()))
        .toList();
  }
}
