package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a process knows about the pod that it runs in, before it has asked anybody. All of it may be
 * missing.
 *
 * @param zone the zone, or null
 * @param zoneSource where that is from, or why it is missing, for people
 * @param node the name of the node, or null
 * @param namespace the namespace, or null
 * @param name the pod's name, or null
 * @param uid the pod's UID, or null
 * @param addresses the machine's addresses, canonical text; those of the pod among them
 */
public record OwnPod(
    @Nullable String zone,
    String zoneSource,
    @Nullable String node,
    @Nullable String namespace,
    @Nullable String name,
    @Nullable UUID uid,
    Set<String> addresses) {

  /** Nothing is known, and nothing will be: not a pod, or nobody wants to know. */
  public static final OwnPod UNKNOWN =
      new OwnPod(null, "unknown", null, null, null, null, Set.of());

  public OwnPod {
    zone = presence(zone);
    requireNonNull(zoneSource, "zoneSource");
    node = presence(node);
    namespace = presence(namespace);
    name = presence(name);
    addresses = Set.copyOf(addresses);
  }

  /** A label that is missing comes as an empty text through the downward API. */
  private static @Nullable String presence(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** Returns the same pod in a zone. */
  public OwnPod inZone(String newZone, String source) {
    return new OwnPod(newZone, source, node, namespace, name, uid, addresses);
  }

  /** Returns the same pod on a node. */
  public OwnPod onNode(String newNode) {
    return new OwnPod(zone, zoneSource, newNode, namespace, name, uid, addresses);
  }

  /** Whether enough is known to tell this pod among endpoints. */
  public boolean isRecognizable() {
    return uid != null || namespace != null && name != null || !addresses.isEmpty();
  }

  /** Whether what a slice of a namespace lists is this pod. */
  public boolean is(SliceEndpoint endpoint, String inNamespace) {
    UUID theirs = endpoint.podUid();
    if (uid != null && theirs != null) {
      return uid.equals(theirs);
    }
    if (name != null && endpoint.hasPodName()) {
      return inNamespace.equals(namespace) && endpoint.isNamed(name);
    }
    return addresses.contains(endpoint.address());
  }
}
