package io.slicewise.discovery.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One range of an Accept header.
 *
 * @param type the media type, such as {@code application/json} or {@code *}{@code /*}
 * @param quality 0 to 1
 * @param as the kind into which the answer shall be converted, empty for none
 * @param of group and version of that kind
 */
record Accept(String type, double quality, String as, String of) {

  /**
   * Returns the form that a client prefers among those that the server knows.
   *
   * <p>As the real server does, it takes the best range that it could serve for some object, and
   * only then looks whether it can for this one: later ranges do not help a client that asks for a
   * list as a single object. A watch is one of single objects; a real server begins it and breaks
   * it off at the first event.
   */
  static Representation negotiate(@Nullable String header, ApiRequest request) {
    if (header == null || header.isBlank()) {
      return Representation.FULL;
    }
    for (Accept range : parse(header)) {
      if (range.isServed()) {
        return range.as.isEmpty() ? Representation.FULL : range.partial(request);
      }
    }
    throw notAcceptable("only the following media types are accepted: application/json");
  }

  /** The ranges, the best first; those of the same quality as they stand. */
  private static List<Accept> parse(String header) {
    List<Accept> ranges = new ArrayList<>();
    for (String range : header.split(",", -1)) {
      ranges.add(parseRange(range));
    }
    ranges.sort(
        Comparator.comparingDouble(Accept::quality)
            .reversed()
            .thenComparing(range -> range.type.startsWith("*"))
            .thenComparing(range -> range.type.endsWith("*")));
    return ranges;
  }

  private static Accept parseRange(String range) {
    String[] parts = range.replace(" ", "").split(";", -1);
    double quality = 1;
    String as = "";
    String group = "";
    String version = "";
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String value = parts[i].substring(equals + 1);
      switch (parts[i].substring(0, Math.max(0, equals))) {
        case "q" -> quality = parseQuality(value);
        case "as" -> as = value;
        case "g" -> group = value;
        case "v" -> version = value;
        default -> {} // such as charset
      }
    }
    return new Accept(parts[0], quality, as, group + "/" + version);
  }

  private static double parseQuality(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private boolean isServed() {
    boolean json =
        type.equals("application/json") || type.equals("application/*") || type.equals("*/*");
    boolean partial = as.equals(Representation.PARTIAL) || as.equals(Representation.PARTIAL_LIST);
    // as=Table and others: the next range, as a server does that cannot print tables.
    return json && quality > 0 && (as.isEmpty() || partial && of.equals("meta.k8s.io/v1"));
  }

  private Representation partial(ApiRequest request) {
    boolean list = request.verb().equals("list") || request.verb().equals("deletecollection");
    if (list != as.equals(Representation.PARTIAL_LIST)) {
      throw notAcceptable(
          String.format(
              "you requested %s, but the requested object is %s",
              as, list ? "a list" : "not a list"));
    }
    return Representation.METADATA;
  }

  private static ApiException notAcceptable(String message) {
    return ApiException.of(406, "NotAcceptable", message);
  }
}
