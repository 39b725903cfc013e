package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code metadata} last read, of an object or of a list. Whatever a view does not need is
 * skipped unread, {@code managedFields} above all. Confined to one thread.
 */
final class MetadataReader {

  private static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
  private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

  private final TextCache texts;
  private final LabelCache labelCache;

  private String name = "";
  private String namespace = "";
  private String resourceVersion = "";
  private @Nullable String continueToken;
  private Map<String, String> labels = Map.of();
  private @Nullable Instant triggerTime;
  private boolean initialEventsEnd;

  MetadataReader(TextCache texts) {
    this.texts = texts;
    this.labelCache = new LabelCache(texts);
  }

  /** The object's name; empty where missing. */
  String name() {
    return name;
  }

  /** The object's namespace; empty where missing. */
  String namespace() {
    return namespace;
  }

  /** The version of the object or list; empty where missing. */
  String resourceVersion() {
    return resourceVersion;
  }

  /** The token of a list's next page; null on the last one. */
  @Nullable String continueToken() {
    return continueToken;
  }

  Map<String, String> labels() {
    return labels;
  }

  /** When the change happened that made the controller write this version, or null. */
  @Nullable Instant triggerTime() {
    return triggerTime;
  }

  /** Whether this is the bookmark that ends the initial events of a watch list. */
  boolean initialEventsEnd() {
    return initialEventsEnd;
  }

  void clear() {
    name = "";
    namespace = "";
    resourceVersion = "";
    continueToken = null;
    labels = Map.of();
    triggerTime = null;
    initialEventsEnd = false;
  }

  /** Reads the value the parser stands on. */
  void read(JsonParser parser) throws IOException {
    clear();
    if (!parser.isExpectedStartObjectToken()) {
      parser.skipChildren();
      return;
    }
    for (String field; (field = parser.nextFieldName()) != null; ) {
      boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
      switch (field) {
        case "name" -> name = text ? cached(parser) : "";
        case "namespace" -> namespace = text ? cached(parser) : "";
        case "resourceVersion" -> resourceVersion = text ? parser.getText() : ""; // never repeats
        case "continue" ->
            continueToken = text && !parser.getText().isEmpty() ? parser.getText() : null;
        case "labels" -> labels = labelCache.read(parser);
        case "annotations" -> readAnnotations(parser);
        default -> parser.skipChildren();
      }
      parser.skipChildren();
    }
  }

  private String cached(JsonParser parser) throws IOException {
    String text = texts.text(parser);
    return text == null ? "" : text;
  }

  private void readAnnotations(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      return;
    }
    for (String key; (key = parser.nextFieldName()) != null; ) {
      boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
      switch (key) {
        case TRIGGER_TIME -> triggerTime = text ? instant(parser.getText()) : null;
        case INITIAL_EVENTS_END -> initialEventsEnd = text && parser.getText().equals("true");
        default -> parser.skipChildren();
      }
      parser.skipChildren();
    }
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null; // only a measurement is lost
    }
  }
}
