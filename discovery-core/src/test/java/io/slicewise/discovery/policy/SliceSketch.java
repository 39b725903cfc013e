package io.slicewise.discovery.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.kubernetes.SliceDecoder;
import io.slicewise.discovery.model.EndpointSlice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Slices of shop/checkout in one line of text, read as if an API server had sent them.
 *
 * <p>Slices are separated by {@code &}, endpoints by commas. An endpoint is an address, then in any
 * order:
 *
 * <ul>
 *   <li>{@code ++-} its conditions ready, serving, terminating: true, false or {@code ?} for nil;
 *   <li>{@code a/n1} its zone and node, {@code -} for none;
 *   <li>{@code >a+b} and {@code @n1+n2} its hints for zones and for nodes;
 *   <li>{@code #name} its pod, {@code #-} for none; by default one of its own.
 * </ul>
 *
 * <p>A slice may begin with {@code [...]}: {@code IPv6} or {@code FQDN}; {@code v7}, its version;
 * {@code name:port}, a port, with no number for nil; {@code null}, where nil stands for both lists.
 */
public final class SliceSketch {

  private final List<String> endpoints = new ArrayList<>();
  private final List<String> ports = new ArrayList<>();
  private String addressType = "IPv4";
  private boolean nil;
  private int version;

  private SliceSketch(int version) {
    this.version = version;
  }

  /** Returns the slices that a text describes, named a, b, c…, the later the newer. */
  public static EndpointSlice[] slices(String text) {
    String[] parts = text.strip().split(" & ", -1);
    EndpointSlice[] slices = new EndpointSlice[text.isBlank() ? 0 : parts.length];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = slice("" + (char) ('a' + i), 5 + i, parts[i]);
    }
    return slices;
  }

  /** Returns the slice that a text describes. */
  public static EndpointSlice slice(String name, int version, String text) {
    SliceSketch sketch = new SliceSketch(version);
    String rest = text.strip();
    if (rest.startsWith("[")) {
      Arrays.stream(rest.substring(1, rest.indexOf(']')).split(" ")).forEach(sketch::head);
      rest = rest.substring(rest.indexOf(']') + 1).strip();
    }
    if (!rest.isEmpty()) {
      Arrays.stream(rest.split(",")).forEach(endpoint -> sketch.endpoint(endpoint.strip()));
    }
    return sketch.read(name);
  }

  private void head(String word) {
    if (word.equals("IPv6") || word.equals("FQDN")) {
      addressType = word;
    } else if (word.equals("null")) {
      nil = true;
    } else if (word.matches("v[0-9]+")) {
      version = Integer.parseInt(word.substring(1));
    } else {
      String[] port = word.split(":", -1);
      String number = port[1].isEmpty() ? "" : ",\"port\":" + port[1];
      ports.add("{\"name\":\"" + port[0] + "\",\"protocol\":\"TCP\"" + number + "}");
    }
  }

  private void endpoint(String text) {
    String[] words = text.split(" +");
    String pod = "pod-" + words[0];
    List<String> fields = new ArrayList<>();
    List<String> hints = new ArrayList<>();
    fields.add("\"addresses\":[" + quoted(words[0]) + "]");
    for (String word : Arrays.asList(words).subList(1, words.length)) {
      switch (word.charAt(0)) {
        case '+', '?' -> fields.add(conditions(word));
        case '>' -> hints.add("\"forZones\":[" + names(word) + "]");
        case '@' -> hints.add("\"forNodes\":[" + names(word) + "]");
        case '#' -> pod = word.substring(1);
        default -> {
          if (word.matches("[-+?]{3}")) {
            fields.add(conditions(word));
          } else {
            fields.addAll(place(word));
          }
        }
      }
    }
    if (!pod.equals("-")) {
      UUID uid = UUID.nameUUIDFromBytes(pod.getBytes(UTF_8));
      fields.add(
          "\"targetRef\":{\"kind\":\"Pod\",\"name\":\"" + pod + "\",\"uid\":\"" + uid + "\"}");
    }
    if (!hints.isEmpty()) {
      fields.add("\"hints\":{" + String.join(",", hints) + "}");
    }
    endpoints.add("{" + String.join(",", fields) + "}");
  }

  private static String conditions(String word) {
    List<String> conditions = new ArrayList<>();
    List<String> names = List.of("ready", "serving", "terminating");
    for (int i = 0; i < names.size(); i++) {
      if (word.charAt(i) != '?') {
        conditions.add("\"" + names.get(i) + "\":" + (word.charAt(i) == '+'));
      }
    }
    return "\"conditions\":{" + String.join(",", conditions) + "}";
  }

  private static List<String> place(String word) {
    String[] names = word.split("/");
    if (names.length != 2) {
      throw new IllegalArgumentException("word: " + word + " (expected: zone/node)");
    }
    List<String> place = new ArrayList<>();
    if (!names[0].equals("-")) {
      place.add("\"zone\":\"" + names[0] + "\"");
    }
    if (!names[1].equals("-")) {
      place.add("\"nodeName\":\"" + names[1] + "\"");
    }
    return place;
  }

  private static String names(String word) {
    return Arrays.stream(word.substring(1).split("\\+"))
        .map(name -> "{\"name\":\"" + name + "\"}")
        .collect(Collectors.joining(","));
  }

  private static String quoted(String addresses) {
    return Arrays.stream(addresses.split("\\+"))
        .map(address -> "\"" + address + "\"")
        .collect(Collectors.joining(","));
  }

  private EndpointSlice read(String name) {
    if (ports.isEmpty()) {
      head("grpc:8080");
    }
    String json =
        "{\"type\":\"ADDED\",\"object\":{\"kind\":\"EndpointSlice\","
            + "\"apiVersion\":\"discovery.k8s.io/v1\",\"metadata\":{\"name\":\""
            + name
            + "\",\"namespace\":\"shop\",\"resourceVersion\":\""
            + version
            + "\",\"labels\":{\"kubernetes.io/service-name\":\"checkout\"}},\"addressType\":\""
            + addressType
            + "\",\"endpoints\":"
            + (nil ? "null" : endpoints.toString())
            + ",\"ports\":"
            + (nil ? "null" : ports.toString())
            + "}}";
    byte[] bytes = json.getBytes(UTF_8);
    try {
      return requireNonNull(
          requireNonNull(new SliceDecoder().decodeEvent(bytes, 0, bytes.length)).slice());
    } catch (IOException e) {
      throw new IllegalArgumentException("text: " + json + " (expected: an event)", e);
    }
  }
}
