package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The lines of one watch, read by a thread of its own. */
final class WatchStream implements AutoCloseable {

  static final String END = "<end>";
  static final String BROKEN = "<broken>";

  private final HttpResponse<InputStream> response;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  WatchStream(HttpResponse<InputStream> response) {
    this.response = response;
    Thread reader = new Thread(this::read, "test-watch-reader");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
      lines.add(END);
    } catch (IOException e) {
      lines.add(BROKEN);
    }
  }

  HttpResponse<InputStream> response() {
    return response;
  }

  String nextLine() throws InterruptedException {
    String line = lines.poll(20, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("no line came");
    }
    return line;
  }

  JsonNode next() throws InterruptedException {
    String line = nextLine();
    if (line.equals(END) || line.equals(BROKEN)) {
      throw new AssertionError(line);
    }
    return Json.parse(line);
  }

  /** "ADDED name@resourceVersion", or the line that ended the stream. */
  String nextSummary() throws InterruptedException {
    String line = nextLine();
    return line.startsWith("<") ? line : summary(Json.parse(line));
  }

  static String summary(JsonNode event) {
    JsonNode metadata = event.path("object").path("metadata");
    return event.path("type").asText()
        + " "
        + metadata.path("name").asText("")
        + "@"
        + metadata.path("resourceVersion").asText("");
  }

  boolean isQuiet() {
    return lines.isEmpty();
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
