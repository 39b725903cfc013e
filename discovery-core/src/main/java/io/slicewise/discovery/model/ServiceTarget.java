package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to call: a Service, possibly one pod of it, and a port.
 *
 * <p>Written {@code [pod.]service[.namespace[.svc[.domain…]]][:port]}. A label {@code svc} in third
 * place (fourth after a pod's host name) ends the name, as in cluster DNS; three labels otherwise
 * are {@code pod.service.namespace}. {@code namespace/service[:port]} means the same, and so do the
 * URL forms of gRPC targets: {@code k8s:///service.namespace:port}, {@code
 * kubernetes:///service.namespace:port}, {@code kubernetes://namespace/service:port}, {@code
 * kubernetes://service.namespace:port/}.
 *
 * @param pod the stable host name of one pod (StatefulSets), or null for all
 * @param service the Service's name
 * @param namespace the namespace, or null for the default of whoever resolves the target
 * @param port the port, or null for the only one (or {@code grpc} or {@code http} among several)
 */
public record ServiceTarget(
    @Nullable String pod, String service, @Nullable String namespace, @Nullable PortSelector port) {

  private static final int LONGEST_LABEL = 63;

  public ServiceTarget {
    requireLabel("service", requireNonNull(service, "service"));
    if (pod != null) {
      requireLabel("pod", pod);
    }
    if (namespace != null) {
      requireLabel("namespace", namespace);
    }
  }

  /**
   * Reads a target in any of its spellings.
   *
   * @throws IllegalArgumentException if the text is no target; the message says what was expected
   */
  public static ServiceTarget parse(String text) {
    requireNonNull(text, "text");
    try {
      return text.startsWith("k8s://") || text.startsWith("kubernetes://")
          ? parseUrl(text.substring(text.indexOf(':') + 1))
          : parsePlain(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "target: "
              + text
              + " (expected: [pod.]service[.namespace[.svc[.domain]]][:port]): "
              + e.getMessage(),
          e);
    }
  }

  /** Whether a Service or a namespace can have this name: a DNS label. */
  public static boolean isName(String text) {
    int last = text.length() - 1;
    if (last < 0 || last >= LONGEST_LABEL || text.charAt(0) == '-' || text.charAt(last) == '-') {
      return false;
    }
    for (int i = 0; i <= last; i++) {
      char c = text.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
        return false;
      }
    }
    return true;
  }

  /** Returns this target with its namespace filled in where it names none. */
  public ServiceTarget inNamespace(String defaultNamespace) {
    return namespace != null ? this : new ServiceTarget(pod, service, defaultNamespace, port);
  }

  /**
   * Returns the Service that is meant.
   *
   * @throws IllegalStateException if the namespace has not been filled in
   */
  public ServiceId serviceId() {
    if (namespace == null) {
      throw new IllegalStateException("namespace: null (expected: see inNamespace) in " + this);
    }
    return new ServiceId(namespace, service);
  }

  /** Returns the target in its first spelling, which {@link #parse} reads back. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (pod != null) {
      text.append(pod).append('.');
    }
    text.append(service);
    if (namespace != null) {
      text.append('.').append(namespace);
    }
    return port == null ? text.toString() : text.append(':').append(port).toString();
  }

  private static ServiceTarget parseUrl(String rest) {
    int slash = rest.indexOf('/', 2);
    String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    if (authority.isEmpty()) {
      return parsePlain(path);
    }
    return path.isEmpty() ? parsePlain(authority) : parsePlain(authority + "/" + path);
  }

  private static ServiceTarget parsePlain(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    PortSelector port = colon < 0 ? null : PortSelector.parse(text.substring(colon + 1));
    int slash = name.indexOf('/');
    if (slash >= 0) {
      return new ServiceTarget(null, name.substring(slash + 1), name.substring(0, slash), port);
    }
    String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    List<String> labels = new ArrayList<>();
    int from = 0;
    for (int dot = relative.indexOf('.'); dot >= 0; dot = relative.indexOf('.', from)) {
      labels.add(relative.substring(from, dot));
      from = dot + 1;
    }
    labels.add(relative.substring(from));
    for (String label : labels) {
      requireLabel("label", label);
    }
    int count = labels.size();
    if (count <= 2) {
      return new ServiceTarget(null, labels.get(0), count == 2 ? labels.get(1) : null, port);
    }
    if (labels.get(2).equals("svc")) {
      return new ServiceTarget(null, labels.get(0), labels.get(1), port);
    }
    if (count == 3 || labels.get(3).equals("svc")) {
      return new ServiceTarget(labels.get(0), labels.get(1), labels.get(2), port);
    }
    throw new IllegalArgumentException(
        "label: " + labels.get(3) + " (expected: svc after the namespace)");
  }

  private static void requireLabel(String what, String label) {
    if (!isName(label)) {
      throw new IllegalArgumentException(
          what + ": '" + label + "' (expected: 1 to 63 of a-z, 0-9 and - inside)");
    }
  }
}
