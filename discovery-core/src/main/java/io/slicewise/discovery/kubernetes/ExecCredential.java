package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What an exec plugin printed: an {@code ExecCredential} of {@code client.authentication.k8s.io}.
 *
 * @param token the bearer token, or null
 * @param certificate the client certificate in PEM, or null
 * @param key its private key in PEM, or null
 * @param expiry when it expires, or null where the plugin does not say
 */
record ExecCredential(
    @Nullable String token,
    @Nullable String certificate,
    @Nullable String key,
    @Nullable Instant expiry) {

  /**
   * Reads a plugin's output.
   *
   * @param apiVersion the version that was asked for
   * @throws CredentialsException if the output is something else
   */
  static ExecCredential parse(byte[] output, String apiVersion) throws CredentialsException {
    String kind = null;
    String version = null;
    ExecCredential status = null;
    try (JsonParser parser = new JsonFactory().createParser(output)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CredentialsException("its output is no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "kind" -> kind = parser.getValueAsString();
          case "apiVersion" -> version = parser.getValueAsString();
          case "status" -> status = status(parser);
          default -> parser.skipChildren();
        }
      }
    } catch (CredentialsException e) {
      throw e;
    } catch (IOException e) {
      throw new CredentialsException("its output is not JSON"); // the cause may quote the token
    }
    if (!"ExecCredential".equals(kind) || !apiVersion.equals(version)) {
      throw new CredentialsException(
          "it printed " + kind + " " + version + " (expected: ExecCredential " + apiVersion + ")");
    }
    if (status == null
        || (status.token == null && (status.certificate == null || status.key == null))) {
      throw new CredentialsException("it printed neither a token nor a certificate with its key");
    }
    return status;
  }

  private static ExecCredential status(JsonParser parser) throws IOException {
    String token = null;
    String certificate = null;
    String key = null;
    Instant expiry = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
      switch (field) {
        case "token" -> token = text;
        case "clientCertificateData" -> certificate = text;
        case "clientKeyData" -> key = text;
        case "expirationTimestamp" -> expiry = text == null ? null : instant(text);
        default -> {
          // a field of a later version
        }
      }
      parser.skipChildren();
    }
    return new ExecCredential(token, certificate, key, expiry);
  }

  private static Instant instant(String text) throws CredentialsException {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new CredentialsException("expirationTimestamp: " + text + " (expected: RFC 3339)", e);
    }
  }

  boolean isExpired(Instant now) {
    return expiry != null && !now.isBefore(expiry);
  }

  /** Says what it holds, not its value. */
  @Override
  public String toString() {
    return (token != null ? "token" : "certificate") + " until " + expiry;
  }
}
