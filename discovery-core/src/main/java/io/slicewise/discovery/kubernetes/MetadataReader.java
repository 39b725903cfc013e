package io.slicewise.discovery.kubernetes;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code metadata} last read, of an object or of a list. Whatever a view does not need is
 * skipped unread, {@code managedFields} above all. Confined to one thread.
 */
final class MetadataReader {

  /** The shape of a time as Kubernetes writes it: RFC 3339, then perhaps a fraction, then Z. */
  private static final String SECONDS = "0000-00-00T00:00:00";

  private static final int MOST_DIGITS = 9; // of a fraction

  private static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
  private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

  private final TextCache texts;
  private final LabelCache labelCache;
  private final FieldNames fields =
      new FieldNames("name", "namespace", "resourceVersion", "continue", "labels", "annotations");
  private final FieldNames annotations = new FieldNames(TRIGGER_TIME, INITIAL_EVENTS_END);

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

  /** Reads the value the cursor stands at. */
  void read(JsonCursor in) throws UndecodableException {
    clear();
    if (!in.enterObject()) {
      return;
    }
    while (in.nextField()) {
      switch (in.field(fields)) {
        case "name" -> name = orEmpty(in.string(texts));
        case "namespace" -> namespace = orEmpty(in.string(texts));
        case "resourceVersion" -> resourceVersion = in.readText() ? in.text() : ""; // never repeats
        case "continue" -> continueToken = in.readText() && !in.isEmpty() ? in.text() : null;
        case "labels" -> labels = labelCache.read(in);
        case "annotations" -> readAnnotations(in);
        default -> in.skipValue();
      }
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private void readAnnotations(JsonCursor in) throws UndecodableException {
    if (!in.enterObject()) {
      return;
    }
    while (in.nextField()) {
      switch (in.field(annotations)) {
        case TRIGGER_TIME -> triggerTime = in.readText() ? instant(in.textView()) : null;
        case INITIAL_EVENTS_END -> initialEventsEnd = in.readText() && in.text().equals("true");
        default -> in.skipValue();
      }
    }
  }

  private static @Nullable Instant instant(CharSequence text) {
    try {
      return isUsual(text) ? usual(text) : Instant.parse(text);
    } catch (DateTimeException e) {
      return null; // only a measurement is lost
    }
  }

  /** What Kubernetes writes, without the objects of a formatter. */
  private static Instant usual(CharSequence text) {
    LocalDate day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    int hour = number(text, 11, 13);
    int second = number(text, 17, 19);
    if (hour == 24 || second == 60) {
      return Instant.parse(text); // midnight and leap seconds
    }
    int nanos = 0;
    for (int i = 0; i < MOST_DIGITS; i++) {
      int at = SECONDS.length() + 1 + i;
      nanos = 10 * nanos + (at < text.length() - 1 ? text.charAt(at) - '0' : 0);
    }
    LocalTime time = LocalTime.of(hour, number(text, 14, 16), second);
    return Instant.ofEpochSecond(day.toEpochSecond(time, ZoneOffset.UTC), nanos);
  }

  private static int number(CharSequence text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  private static boolean isUsual(CharSequence text) {
    int digits = text.length() - SECONDS.length() - 2; // of the fraction; -1: there is none
    if (digits < -1 || digits > MOST_DIGITS || digits == 0) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char shape = i < SECONDS.length() ? SECONDS.charAt(i) : '0';
      shape = digits > 0 && i == SECONDS.length() ? '.' : shape;
      shape = i == text.length() - 1 ? 'Z' : shape;
      char c = text.charAt(i);
      if (shape == '0' ? c < '0' || c > '9' : c != shape) {
        return false;
      }
    }
    return true;
  }
}
