package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happens to an object between a request and the store: defaults, validation, metadata, and
 * the order of fields that Go's types give it.
 *
 * <p>Fields that no type knows are kept, so that a test can play an API server of the future.
 */
final class Admission {

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private final InstantSource clock;
  private final Identities identities;

  Admission(InstantSource clock, Identities identities) {
    this.clock = clock;
    this.identities = identities;
  }

  ObjectNode create(
      Resource resource, @Nullable String namespace, ObjectNode body, long version, String by) {
    ObjectNode metadata = Json.child(body, "metadata").deepCopy();
    String name = name(resource, metadata);
    metadata.put("name", name);
    if (resource.namespaced()) {
      metadata.put("namespace", namespace(metadata, namespace));
    } else {
      metadata.remove("namespace");
    }
    ObjectNode content = content(resource, name, body, metadata);
    metadata.remove("managedFields");
    metadata.put("uid", identities.uid());
    metadata.put("creationTimestamp", now());
    if (resource == Resource.ENDPOINT_SLICES) {
      metadata.put("generation", 1);
    }
    return complete(resource, metadata, body, content, version, by);
  }

  /** The object as it is to be stored, or null where nothing changes. */
  @Nullable ObjectNode update(
      Resource resource, StoredObject old, ObjectNode body, long version, String by) {
    String name = old.key().name();
    ObjectNode metadata = Json.child(body, "metadata").deepCopy();
    requireSame(resource, old, metadata);
    ObjectNode oldTree = old.tree();
    ObjectNode oldMetadata = Json.child(oldTree, "metadata");
    for (String kept :
        new String[] {
          "name",
          "namespace",
          "uid",
          "generateName",
          "creationTimestamp",
          "generation",
          "managedFields"
        }) {
      metadata.remove(kept);
      if (oldMetadata.has(kept)) {
        metadata.set(kept, oldMetadata.get(kept));
      }
    }
    ObjectNode content = content(resource, name, body, metadata);
    resource.rules().validateUpdate(name, oldTree, content);
    ObjectNode oldContent = contentOf(oldTree);
    boolean contentChanged = !content.equals(oldContent);
    if (!contentChanged && sameMetadata(metadata, oldMetadata)) {
      return null;
    }
    if (contentChanged && oldMetadata.has("generation")) {
      metadata.put("generation", oldMetadata.get("generation").asLong() + 1);
    }
    return complete(resource, metadata, body, content, version, by);
  }

  private static void requireSame(Resource resource, StoredObject old, ObjectNode metadata) {
    String version = metadata.path("resourceVersion").asText("");
    if (!version.isEmpty() && !version.equals(Long.toString(old.version()))) {
      throw ApiException.conflict(
          resource,
          old.key().name(),
          "the object has been modified; please apply your changes to the latest version and try"
              + " again");
    }
    String uid = metadata.path("uid").asText("");
    if (!uid.isEmpty() && !uid.equals(old.uid())) {
      throw ApiException.conflict(
          resource,
          old.key().name(),
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + old.uid());
    }
  }

  private static boolean sameMetadata(ObjectNode metadata, ObjectNode old) {
    ObjectNode a = metadata.deepCopy();
    ObjectNode b = old.deepCopy();
    for (ObjectNode node : new ObjectNode[] {a, b}) {
      node.remove("resourceVersion");
      node.remove("managedFields");
    }
    return a.equals(b);
  }

  private String name(Resource resource, ObjectNode metadata) {
    String name = metadata.path("name").asText("");
    if (name.isEmpty()) {
      String prefix = metadata.path("generateName").asText("");
      if (prefix.isEmpty()) {
        throw ApiException.invalid(
            resource,
            "",
            "metadata.name",
            "FieldValueRequired",
            "Required value: name or generateName is required");
      }
      name = prefix + identities.suffix();
    }
    if (!NAME.matcher(name).matches() || name.length() > 253) {
      throw ApiException.invalid(
          resource,
          name,
          "metadata.name",
          "FieldValueInvalid",
          "Invalid value: \""
              + name
              + "\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
              + " characters, '-' or '.', and must start and end with an alphanumeric character");
    }
    return name;
  }

  private static String namespace(ObjectNode metadata, @Nullable String requested) {
    String named = metadata.path("namespace").asText("");
    if (requested == null) {
      return named.isEmpty() ? "default" : named;
    }
    if (!named.isEmpty() && !named.equals(requested)) {
      throw ApiException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    return requested;
  }

  private static ObjectNode content(
      Resource resource, String name, ObjectNode body, ObjectNode metadata) {
    ObjectNode content = contentOf(body);
    resource.rules().complete(name, metadata, content);
    return Json.ordered(content, resource.rules().fields());
  }

  /** All but kind, apiVersion and metadata. */
  private static ObjectNode contentOf(ObjectNode object) {
    ObjectNode content = object.deepCopy();
    content.remove("kind");
    content.remove("apiVersion");
    content.remove("metadata");
    return content;
  }

  private ObjectNode complete(
      Resource resource,
      ObjectNode metadata,
      ObjectNode sent,
      ObjectNode content,
      long version,
      String by) {
    metadata.put("resourceVersion", Long.toString(version));
    for (String map : new String[] {"labels", "annotations"}) {
      if (metadata.get(map) instanceof ObjectNode entries && !entries.isEmpty()) {
        metadata.set(map, Json.sorted(entries));
      } else {
        metadata.remove(map);
      }
    }
    if (metadata.get("ownerReferences") instanceof ArrayNode owners && owners.isEmpty()) {
      metadata.remove("ownerReferences");
    }
    metadata.set(
        "managedFields",
        ManagedFields.of(
            by, resource, now(), metadata.path("managedFields"), sent, metadata, content));
    ObjectNode object = Json.object();
    object.put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    object.set(
        "metadata",
        Json.ordered(
            metadata,
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers",
            "managedFields"));
    content.properties().forEach(field -> object.set(field.getKey(), field.getValue()));
    return object;
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
