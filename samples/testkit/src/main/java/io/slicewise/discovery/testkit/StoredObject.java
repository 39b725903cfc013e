package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One object at one resourceVersion, serialised once.
 *
 * <p>It keeps bytes and not the parsed tree, which is ten times larger and would fill the heap with
 * the history of a few large slices.
 */
final class StoredObject {

  private final Resource resource;
  private final ObjectKey key;
  private final long version;
  private final String uid;
  private final Map<String, String> labels;
  private final byte[] bytes;

  /** Takes a canonical object, as {@link Admission} makes it. */
  StoredObject(Resource resource, ObjectNode canonical) {
    JsonNode metadata = canonical.path("metadata");
    this.resource = resource;
    this.key = new ObjectKey(metadata.path("namespace").asText(""), metadata.path("name").asText());
    this.version = metadata.path("resourceVersion").asLong();
    this.uid = metadata.path("uid").asText();
    this.bytes = Json.bytes(canonical);
    Map<String, String> copy = new LinkedHashMap<>();
    metadata.path("labels").properties().forEach(e -> copy.put(e.getKey(), e.getValue().asText()));
    this.labels = Collections.unmodifiableMap(copy);
  }

  Resource resource() {
    return resource;
  }

  ObjectKey key() {
    return key;
  }

  long version() {
    return version;
  }

  String uid() {
    return uid;
  }

  Map<String, String> labels() {
    return labels;
  }

  int size() {
    return bytes.length;
  }

  /** The serialised object; shared, so not to be written to. */
  byte[] bytes() {
    return bytes;
  }

  String json() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A tree of its own for the caller to change. */
  ObjectNode tree() {
    return Json.parse(bytes);
  }

  /** The same content at another version, as a deletion carries it. */
  StoredObject at(long otherVersion) {
    ObjectNode tree = tree();
    Json.child(tree, "metadata").put("resourceVersion", Long.toString(otherVersion));
    return new StoredObject(resource, tree);
  }
}
