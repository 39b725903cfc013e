package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.source.ApiStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Responses other than 200 as a status: those of an API server, and of proxies before it. */
final class ErrorResponse {

  private static final int LONGEST_BODY = 64 << 10;
  private static final int LONGEST_TEXT = 300;

  private ErrorResponse() {}

  static ApiStatus status(Response response, Instant now) {
    byte[] body = body(response);
    Duration asked = retryAfter(response.header("Retry-After"), now);
    ApiStatus stated = new SliceDecoder().decodeStatus(body, 0, body.length, response.code());
    if (stated == null) {
      return new ApiStatus(response.code(), "", message(response, body), asked, false);
    }
    return new ApiStatus(
        stated.code(),
        stated.reason(),
        stated.message(),
        asked != null ? asked : stated.retryAfter(),
        stated.resourceVersionTooLarge());
  }

  private static byte[] body(Response response) {
    try {
      return response.peekBody(LONGEST_BODY).bytes();
    } catch (IOException e) {
      return new byte[0]; // the status line says enough
    }
  }

  private static String message(Response response, byte[] body) {
    if (response.isRedirect()) {
      return "redirected to " + target(response) + " (expected: an API server, which never does)";
    }
    String text = new String(body, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }

  /** The query of a login page's address is nobody's business. */
  private static String target(Response response) {
    String location = response.header("Location", "");
    HttpUrl url = response.request().url().resolve(location == null ? "" : location);
    return url == null ? "elsewhere" : url.scheme() + "://" + url.host() + ":" + url.port();
  }

  /** Reads the header in both of its forms (RFC 9110, 10.2.3). */
  private static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    try {
      if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Duration.ofSeconds(Integer.parseInt(text));
      }
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO;
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }
}
