package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page of a list starts.
 *
 * @param version of the snapshot that is paged through, -1 for "whatever is there now"
 * @param start the key of the last object of the page before, as in etcd
 */
record ContinueToken(long version, String start) {

  static final long INCONSISTENT = -1;

  static ContinueToken after(long version, ObjectKey last, boolean withNamespace) {
    String key = withNamespace ? last.namespace() + "/" + last.name() : last.name();
    return new ContinueToken(version, "/" + key);
  }

  /** Whether the object comes after the page before. */
  boolean isBefore(ObjectKey key, boolean withNamespace) {
    String[] parts = start.substring(1).split("/", 2);
    ObjectKey last =
        parts.length == 2
            ? new ObjectKey(parts[0], parts[1])
            : new ObjectKey(withNamespace ? "" : key.namespace(), parts[0]);
    return key.compareTo(last) > 0;
  }

  String encode() {
    String json =
        "{\"v\":\"meta.k8s.io/v1\",\"rv\":" + version + ",\"start\":\"" + start + "\\u0000\"}";
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  static ContinueToken decode(String token) {
    byte[] decoded;
    try {
      decoded = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw malformed("illegal base64 data at input byte " + token.length());
    }
    if (decoded.length == 0 || decoded[0] != '{') {
      char first = decoded.length == 0 ? ' ' : (char) (decoded[0] & 0xFF);
      throw malformed("invalid character '" + first + "' looking for beginning of value");
    }
    JsonNode json = Json.parse(decoded);
    String start = json.path("start").asText();
    if (!json.path("v").asText().equals("meta.k8s.io/v1") || !start.startsWith("/")) {
      throw malformed("server does not recognize this encoded version");
    }
    return new ContinueToken(
        json.path("rv").asLong(),
        start.endsWith("\0") ? start.substring(0, start.length() - 1) : start);
  }

  private static ApiException malformed(String why) {
    return ApiException.badRequest("invalid continue token: continue key is not valid: " + why);
  }
}
