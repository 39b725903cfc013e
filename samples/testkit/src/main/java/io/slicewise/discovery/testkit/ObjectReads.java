package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** GET of one object and LIST of many. */
final class ObjectReads {

  private final ObjectStore store;

  ObjectReads(ObjectStore store) {
    this.store = store;
  }

  byte[] get(ApiRequest request, Representation representation) {
    return representation.of(store.get(request.resource(), request.key()));
  }

  byte[] list(ApiRequest request, Representation representation) {
    String match = request.parameter("resourceVersionMatch");
    String version = request.parameter("resourceVersion");
    String continued = request.parameter("continue");
    checkOptions(request, match, version, continued);
    int limit = limit(request);
    if (!continued.isEmpty()) {
      return page(request, ContinueToken.decode(continued), limit, representation);
    }
    long asked = ApiRequest.version(version);
    if (asked > store.version()) {
      throw ApiException.tooLargeVersion(asked, store.version());
    }
    // A limit with a version and no match is the old way to ask for exactly that version.
    boolean exact = match.equals("Exact") || (match.isEmpty() && asked != 0 && limit > 0);
    ObjectStore.Snapshot snapshot =
        exact
            ? store.listAt(request.resource(), request.selection(), asked)
            : store.list(request.resource(), request.selection());
    if (snapshot == null) {
      throw ApiException.expired("The resourceVersion for the provided list is too old.");
    }
    // "0" is answered from the watch cache, which does not page.
    boolean unpaged = limit == 0 || version.equals("0");
    return write(
        request, snapshot, unpaged ? snapshot.objects().size() : limit, representation, false);
  }

  private static void checkOptions(
      ApiRequest request, String match, String version, String continued) {
    if (!request.parameter("sendInitialEvents").isEmpty()) {
      throw forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
    }
    if (match.isEmpty()) {
      return;
    }
    if (version.isEmpty()) {
      throw forbidden(
          "resourceVersionMatch",
          "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (!continued.isEmpty()) {
      throw forbidden(
          "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
    }
    if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
      throw ApiException.invalidOption(
          "resourceVersionMatch",
          "FieldValueNotSupported",
          "Unsupported value: \""
              + match
              + "\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
    }
    if (match.equals("Exact") && version.equals("0")) {
      throw forbidden(
          "resourceVersionMatch",
          "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
  }

  private static ApiException forbidden(String field, String why) {
    return ApiException.invalidOption(field, "FieldValueForbidden", "Forbidden: " + why);
  }

  private static int limit(ApiRequest request) {
    String limit = request.parameter("limit");
    try {
      return limit.isEmpty() ? 0 : Integer.parseInt(limit);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("strconv.ParseInt: parsing \"" + limit + "\": invalid syntax");
    }
  }

  private byte[] page(
      ApiRequest request, ContinueToken token, int limit, Representation representation) {
    boolean consistent = token.version() != ContinueToken.INCONSISTENT;
    ObjectStore.Snapshot snapshot =
        consistent
            ? store.listAt(request.resource(), request.selection(), token.version())
            : store.list(request.resource(), request.selection());
    if (snapshot == null) {
      throw ApiException.expiredContinue(
          new ContinueToken(ContinueToken.INCONSISTENT, token.start()).encode());
    }
    boolean withNamespace = withNamespace(request);
    List<StoredObject> rest = new ArrayList<>();
    for (StoredObject object : snapshot.objects()) {
      if (token.isBefore(object.key(), withNamespace)) {
        rest.add(object);
      }
    }
    return write(
        request,
        new ObjectStore.Snapshot(snapshot.version(), rest),
        limit == 0 ? rest.size() : limit,
        representation,
        !consistent);
  }

  private static boolean withNamespace(ApiRequest request) {
    return request.resource().namespaced() && request.namespace() == null;
  }

  private byte[] write(
      ApiRequest request,
      ObjectStore.Snapshot snapshot,
      int limit,
      Representation representation,
      boolean inconsistent) {
    List<StoredObject> objects = snapshot.objects();
    int count = Math.min(limit, objects.size());
    ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(snapshot.version()));
    if (count < objects.size()) {
      ContinueToken next =
          ContinueToken.after(
              inconsistent ? ContinueToken.INCONSISTENT : snapshot.version(),
              objects.get(count - 1).key(),
              withNamespace(request));
      metadata.put("continue", next.encode());
      if (isUnselective(request)) {
        metadata.put("remainingItemCount", objects.size() - count);
      }
    }
    return body(request.resource(), metadata, objects.subList(0, count), representation);
  }

  /** With a selector the real server does not know how many are left. */
  private static boolean isUnselective(ApiRequest request) {
    return request.parameter("labelSelector").isEmpty()
        && request.parameter("fieldSelector").isEmpty();
  }

  static byte[] body(
      Resource resource,
      @Nullable ObjectNode metadata,
      List<StoredObject> objects,
      Representation representation) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ObjectNode head = Json.object();
    head.put("kind", representation.listKind(resource));
    head.put("apiVersion", representation.listApiVersion(resource));
    head.set("metadata", metadata == null ? Json.object() : metadata);
    byte[] start = Json.bytes(head);
    body.write(start, 0, start.length - 1);
    body.writeBytes(",\"items\":[".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < objects.size(); i++) {
      if (i > 0) {
        body.write(',');
      }
      body.writeBytes(representation.item(objects.get(i)));
    }
    body.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }
}
