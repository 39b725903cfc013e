package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A request that fails: the {@code Status} object that says so. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;
  private final @Nullable String reason;
  private final transient @Nullable ObjectNode details;
  private final transient ObjectNode metadata = Json.object();

  private ApiException(
      int code, @Nullable String reason, String message, @Nullable ObjectNode details) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  int code() {
    return code;
  }

  /** What the Retry-After header says, 0 for none. */
  int retryAfterSeconds() {
    return details == null ? 0 : details.path("retryAfterSeconds").asInt(0);
  }

  /** The whole body, in the order of fields that the real server has. */
  ObjectNode status() {
    ObjectNode status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1").set("metadata", metadata);
    status.put("status", "Failure").put("message", getMessage());
    if (reason != null) {
      status.put("reason", reason);
    }
    if (details != null) {
      status.set("details", details);
    }
    return status.put("code", code);
  }

  static ApiException of(int code, String reason, String message) {
    return new ApiException(code, reason, message, null);
  }

  static ApiException retryLater(int code, String reason, String message, long seconds) {
    return new ApiException(code, reason, message, Json.object().put("retryAfterSeconds", seconds));
  }

  static ApiException badRequest(String message) {
    return of(400, "BadRequest", message);
  }

  static ApiException unauthorized() {
    return of(401, "Unauthorized", "Unauthorized");
  }

  static ApiException forbidden(
      Resource resource, String verb, @Nullable String namespace, String name, String user) {
    String scope =
        namespace == null ? "at the cluster scope" : "in the namespace \"" + namespace + "\"";
    String subject = name.isEmpty() ? "" : " \"" + name + "\"";
    return new ApiException(
        403,
        "Forbidden",
        resource.qualifiedName()
            + subject
            + " is forbidden: User \""
            + user
            + "\" cannot "
            + verb
            + " resource \""
            + resource.plural()
            + "\" in API group \""
            + resource.group()
            + "\" "
            + scope,
        about(resource, name));
  }

  static ApiException notFound(Resource resource, String name) {
    return new ApiException(
        404,
        "NotFound",
        resource.qualifiedName() + " \"" + name + "\" not found",
        about(resource, name));
  }

  static ApiException methodNotAllowed() {
    return new ApiException(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        Json.object());
  }

  static ApiException alreadyExists(Resource resource, String name) {
    return new ApiException(
        409,
        "AlreadyExists",
        resource.qualifiedName() + " \"" + name + "\" already exists",
        about(resource, name));
  }

  static ApiException conflict(Resource resource, String name, String why) {
    return new ApiException(
        409,
        "Conflict",
        "Operation cannot be fulfilled on "
            + resource.qualifiedName()
            + " \""
            + name
            + "\": "
            + why,
        about(resource, name));
  }

  /** A continue token whose snapshot is compacted; {@code fresh} continues without one. */
  static ApiException expiredContinue(String fresh) {
    ApiException expired =
        of(
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result. You"
                + " can start a new list without the continue parameter, or use the continue token"
                + " in this response to retrieve the remainder of the results. Continuing with the"
                + " provided token results in an inconsistent list - objects that were created,"
                + " modified, or deleted between the time the first chunk was returned and now may"
                + " show up in the list.");
    expired.metadata.put("continue", fresh);
    return expired;
  }

  static ApiException expired(String message) {
    return of(410, "Expired", message);
  }

  /** One field of an object that may not be as it is, with a cause for each problem. */
  static ApiException invalid(
      Resource resource, String name, String field, String causeReason, String problem) {
    return invalid(
        resource.qualifiedKind(),
        resource.kind(),
        resource.group(),
        name,
        field,
        causeReason,
        problem);
  }

  /** A field of the query that may not be as it is. */
  static ApiException invalidOption(String field, String causeReason, String problem) {
    return invalid(
        "ListOptions.meta.k8s.io", "ListOptions", "meta.k8s.io", "", field, causeReason, problem);
  }

  private static ApiException invalid(
      String qualifiedKind,
      String kind,
      String group,
      String name,
      String field,
      String causeReason,
      String problem) {
    ObjectNode details = Json.object();
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    if (!group.isEmpty()) {
      details.put("group", group);
    }
    details.put("kind", kind);
    details
        .putArray("causes")
        .addObject()
        .put("reason", causeReason)
        .put("message", problem)
        .put("field", field);
    return new ApiException(
        422,
        "Invalid",
        qualifiedKind + " \"" + name + "\" is invalid: " + field + ": " + problem,
        details);
  }

  static ApiException malformedVersion(String text) {
    String problem = text.matches("[0-9]+") ? "value out of range" : "invalid syntax";
    return new ApiException(
        500,
        null,
        "resourceVersion: Invalid value: \""
            + text
            + "\": strconv.ParseUint: parsing \""
            + text
            + "\": "
            + problem,
        null);
  }

  static ApiException tooLargeVersion(long requested, long current) {
    ObjectNode details = Json.object();
    details
        .putArray("causes")
        .addObject()
        .put("reason", "ResourceVersionTooLarge")
        .put("message", "Too large resource version");
    details.put("retryAfterSeconds", 1);
    return new ApiException(
        504,
        "Timeout",
        "Timeout: Too large resource version: " + requested + ", current: " + current,
        details);
  }

  private static ObjectNode about(Resource resource, String name) {
    ObjectNode details = Json.object();
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    if (!resource.group().isEmpty()) {
      details.put("group", resource.group());
    }
    return details.put("kind", resource.plural());
  }
}
