package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value as Jackson reads it: maps, lists, strings, booleans, {@link #NULL}, and numbers as
 * {@link Number} of their text.
 *
 * @param value the value
 * @param depth how deep it is nested
 * @param unique whether no object has a name twice
 */
record JsonTree(Object value, int depth, boolean unique) {

  static final Object NULL = new Object();

  /** A number as it was written. */
  record Number(String text) {}

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(100_000)
                  .maxNumberLength(10_000_000)
                  .maxNameLength(10_000_000)
                  .build())
          .build();

  /**
   * Reads a value; malformed UTF-8 is U+FFFD.
   *
   * @param alone whether nothing may follow it
   * @throws IOException if it is none
   */
  static JsonTree parse(byte[] bytes, int from, int to, boolean alone) throws IOException {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    try (JsonParser in = JSON.createParser(text)) {
      Reader reader = new Reader(in);
      Object value = reader.value(in.nextToken(), 0);
      if (alone && in.nextToken() != null) {
        throw new IOException("more than one value");
      }
      return new JsonTree(value, reader.deepest, reader.unique);
    }
  }

  /** Whether Jackson refuses, as a field name with half a surrogate pair, what RFC 8259 allows. */
  static boolean isJacksonsOwn(IOException refusal) {
    return String.valueOf(refusal.getMessage()).contains("surrogate pair in field name");
  }

  /** Returns the value as an object, without fields if it is none. */
  @SuppressWarnings("unchecked") // no other maps are made
  static Map<String, Object> object(Object value) {
    return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
  }

  /** Returns the value as a list, empty if it is none. */
  static List<?> list(Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  /** Returns the value as text, empty if it is none. */
  static String text(Object value) {
    return value instanceof String text ? text : "";
  }

  /** Returns the value as an integer, {@code otherwise} if it is none. */
  static int integer(Object value, int otherwise) {
    try {
      return value instanceof Number number ? Integer.parseInt(number.text()) : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static final class Reader {
    private final JsonParser in;
    private int deepest;
    private boolean unique = true;

    Reader(JsonParser in) {
      this.in = in;
    }

    private Object value(JsonToken token, int depth) throws IOException {
      if (token == null) {
        throw new IOException("no value");
      }
      deepest = Math.max(deepest, depth);
      if (depth > 1_000) {
        throw new IOException("too deep for this oracle");
      }
      return switch (token) {
        case START_OBJECT -> {
          Map<String, Object> fields = new LinkedHashMap<>();
          while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = legal(in.currentName());
            Object value = value(in.nextToken(), depth + 1);
            unique &= fields.put(name, value) == null;
          }
          yield fields;
        }
        case START_ARRAY -> {
          List<Object> elements = new ArrayList<>();
          for (JsonToken next = in.nextToken();
              next != JsonToken.END_ARRAY;
              next = in.nextToken()) {
            elements.add(value(next, depth + 1));
          }
          yield elements;
        }
        case VALUE_STRING -> legal(in.getText());
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_NULL -> NULL;
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Number(in.getText());
        default -> throw new IOException("unexpected " + token);
      };
    }

    /** Half of a surrogate pair, escaped, is no character. */
    private static String legal(String text) {
      return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
  }
}
