package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How much of an object a client asked for, by its Accept header. */
enum Representation {
  FULL,
  /** {@code PartialObjectMetadata}. */
  METADATA;

  static final String PARTIAL = "PartialObjectMetadata";
  static final String PARTIAL_LIST = "PartialObjectMetadataList";

  private static final String META = "meta.k8s.io/v1";

  byte[] of(StoredObject object) {
    return this == FULL ? object.bytes() : Json.bytes(partial(object));
  }

  /** An item of a list: without kind and apiVersion, unless it is metadata only. */
  byte[] item(StoredObject object) {
    if (this == METADATA) {
      return Json.bytes(partial(object));
    }
    byte[] bytes = object.bytes();
    int skipped = object.resource().header().length();
    byte[] item = new byte[bytes.length - skipped + 1];
    item[0] = '{';
    System.arraycopy(bytes, skipped, item, 1, item.length - 1);
    return item;
  }

  private static ObjectNode partial(StoredObject object) {
    ObjectNode partial = Json.object().put("kind", PARTIAL).put("apiVersion", META);
    partial.set("metadata", object.tree().path("metadata"));
    return partial;
  }

  String listKind(Resource resource) {
    return this == FULL ? resource.kind() + "List" : PARTIAL_LIST;
  }

  String listApiVersion(Resource resource) {
    return this == FULL ? resource.apiVersion() : META;
  }

  /** The otherwise empty object that carries a resourceVersion. */
  ObjectNode bookmark(Resource resource, long version, boolean endOfInitialEvents) {
    ObjectNode bookmark = Json.object();
    bookmark.put("kind", this == FULL ? resource.kind() : PARTIAL);
    bookmark.put("apiVersion", listApiVersion(resource));
    ObjectNode metadata =
        bookmark.putObject("metadata").put("resourceVersion", Long.toString(version));
    if (endOfInitialEvents) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    if (this == METADATA) {
      return bookmark;
    }
    // The zero value of the Go type, as Go serialises it.
    switch (resource) {
      case ENDPOINT_SLICES -> bookmark.put("addressType", "").putNull("endpoints").putNull("ports");
      case SERVICES -> {
        bookmark.putObject("spec");
        bookmark.putObject("status").putObject("loadBalancer");
      }
      case NODES -> {
        bookmark.putObject("spec");
        bookmark.set("status", NodeRules.emptyStatus());
      }
      case NAMESPACES -> {
        bookmark.putObject("spec");
        bookmark.putObject("status");
      }
      case ENDPOINTS -> {}
    }
    return bookmark;
  }
}
