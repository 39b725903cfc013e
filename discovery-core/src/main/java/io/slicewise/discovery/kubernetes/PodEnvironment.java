package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slicewise.discovery.model.OwnPod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds out about the own pod from what Kubernetes puts into it: environment and files of the
 * downward API, and the claims of the service account's token (KEP-4193). Asks nobody.
 *
 * <p>The zone is taken from the first that names one: {@code SLICEWISE_ZONE}, {@code K8S_ZONE},
 * {@code TOPOLOGY_ZONE}, {@code cloud.availability_zone} in {@code OTEL_RESOURCE_ATTRIBUTES}, the
 * label {@code topology.kubernetes.io/zone} in {@code /etc/podinfo/labels} (a downward volume; on
 * pods since Kubernetes 1.35, KEP-4742).
 */
public final class PodEnvironment {

  private static final List<String> ZONES = List.of("SLICEWISE_ZONE", "K8S_ZONE", "TOPOLOGY_ZONE");
  private static final List<String> NODES = List.of("SLICEWISE_NODE", "NODE_NAME", "K8S_NODE_NAME");
  private static final String OTEL = "OTEL_RESOURCE_ATTRIBUTES";
  private static final String ZONE_LABEL = "topology.kubernetes.io/zone";
  private static final Path TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");
  private static final Path LABELS = Path.of("/etc/podinfo/labels");
  private static final int LONGEST_TOKEN = 64 * 1024;

  private final Map<String, String> environment;
  private final Map<String, String> claims;
  private final Path labels;

  private PodEnvironment(Map<String, String> environment, Path token, Path labels) {
    this.environment = environment;
    this.claims = claims(token);
    this.labels = labels;
  }

  /**
   * Returns what is known of the own pod; everything is missing outside a cluster.
   *
   * @param addresses the machine's own addresses
   */
  public static OwnPod detect(Set<String> addresses) {
    return detect(System.getenv(), TOKEN, LABELS, addresses);
  }

  static OwnPod detect(
      Map<String, String> environment, Path token, Path labels, Set<String> addresses) {
    return new PodEnvironment(environment, token, labels).pod(addresses);
  }

  private OwnPod pod(Set<String> addresses) {
    String zone = null;
    String source = "unknown: none of " + String.join(", ", ZONES) + " is set";
    for (String name : ZONES) {
      if (zone == null && isSet(name)) {
        zone = environment.get(name);
        source = "environment " + name;
      }
    }
    Map<String, String> otel = resourceAttributes();
    if (zone == null && otel.containsKey("cloud.availability_zone")) {
      zone = otel.get("cloud.availability_zone");
      source = "environment " + OTEL;
    }
    if (zone == null) {
      zone = labelOfPod();
      source = zone == null ? source : "label of the pod in " + labels;
    }
    String node = null;
    for (String name : NODES) {
      node = node == null && isSet(name) ? environment.get(name) : node;
    }
    node = node == null ? otel.get("k8s.node.name") : node;
    node = node == null ? claims.get("node.name") : node;
    String namespace = first("POD_NAMESPACE", "namespace");
    String name = first("POD_NAME", "pod.name");
    boolean isPod = namespace != null || name != null || isSet("POD_UID") || isSet("POD_IP");
    return new OwnPod(
        zone,
        source,
        node,
        namespace,
        name,
        uid(first("POD_UID", "pod.uid")),
        isPod ? addresses : Set.of());
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isBlank();
  }

  private @Nullable String first(String variable, String claim) {
    return isSet(variable) ? environment.get(variable) : claims.get(claim);
  }

  private static @Nullable UUID uid(@Nullable String text) {
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null; // static pods have UIDs of another form, and no slice names those
    }
  }

  private Map<String, String> resourceAttributes() {
    Map<String, String> attributes = new HashMap<>();
    for (String pair : environment.getOrDefault(OTEL, "").split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && !pair.substring(equals + 1).isBlank()) {
        attributes.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return attributes;
  }

  /** Reads a file of lines {@code name="value"}. */
  private @Nullable String labelOfPod() {
    try {
      if (!Files.isReadable(labels)) {
        return null;
      }
      for (String line : Files.readAllLines(labels, StandardCharsets.UTF_8)) {
        String start = ZONE_LABEL + "=\"";
        if (line.startsWith(start) && line.endsWith("\"") && line.length() > start.length() + 1) {
          return line.substring(start.length(), line.length() - 1);
        }
      }
    } catch (IOException e) {
      return null; // as if it were not mounted
    }
    return null;
  }

  /**
   * Reads what the token says under {@code kubernetes.io}, as {@code pod.name} and the like. Its
   * signature is the API server's business: we learn about ourselves only.
   */
  private static Map<String, String> claims(Path token) {
    Map<String, String> claims = new HashMap<>();
    try {
      if (!Files.isReadable(token) || Files.size(token) > LONGEST_TOKEN) {
        return claims;
      }
      String[] parts = Files.readString(token, StandardCharsets.UTF_8).strip().split("\\.", -1);
      if (parts.length != 3) {
        return claims;
      }
      read(Base64.getUrlDecoder().decode(parts[1]), claims);
    } catch (IOException | IllegalArgumentException e) {
      claims.clear(); // no token of the kind that tells
    }
    return claims;
  }

  private static void read(byte[] json, Map<String, String> claims) throws IOException {
    Deque<String> path = new ArrayDeque<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      for (JsonToken next = parser.nextToken(); next != null; next = parser.nextToken()) {
        switch (next) {
          case START_OBJECT, START_ARRAY ->
              path.addLast(parser.currentName() == null ? "" : parser.currentName());
          case END_OBJECT, END_ARRAY -> path.removeLast();
          case VALUE_STRING -> {
            String at = String.join(".", path) + "." + parser.currentName();
            if (at.startsWith(".kubernetes.io.")) {
              claims.put(at.substring(".kubernetes.io.".length()), parser.getText());
            }
          }
          default -> {}
        }
      }
    }
  }
}
