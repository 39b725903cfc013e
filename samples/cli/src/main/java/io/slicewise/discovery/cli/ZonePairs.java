package io.slicewise.discovery.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code a=x,b=y}: something about each of several zones. */
final class ZonePairs {

  private ZonePairs() {}

  /**
   * Returns what is said about each zone, in the same order; at least one zone.
   *
   * @param expected what to say where {@code text} is something else
   */
  static Map<String, String> parse(String text, String expected) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String zone = equals < 0 ? "" : pair.substring(0, equals).strip();
      String value = pair.substring(equals + 1).strip();
      if (zone.isEmpty() || value.isEmpty()) {
        throw new TypeConversionException("'" + text + "' (expected: " + expected + ")");
      }
      if (pairs.put(zone, value) != null) {
        throw new TypeConversionException("'" + text + "' (expected: " + zone + " once)");
      }
    }
    return pairs;
  }
}
