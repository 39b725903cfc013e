package io.slicewise.discovery.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** One HTTP request and its answer: what the rest of the server sees of Jetty. */
final class Exchange {

  /** From here on a real server compresses the answers that a client lets it compress. */
  private static final int COMPRESS_FROM = 128 << 10;

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final RequestLog.Entry logged;
  private final String path;
  private final Map<String, String> query;

  Exchange(Request request, Response response, Callback callback, RequestLog log, Instant at) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.path = Request.getPathInContext(request);
    this.query = query(request);
    Map<String, String> headers = new LinkedHashMap<>();
    for (HttpField field : request.getHeaders()) {
      headers.put(field.getName().toLowerCase(Locale.ROOT), String.valueOf(field.getValue()));
    }
    this.logged =
        log.add(
            new RecordedRequest(
                request.getMethod(),
                path,
                query,
                headers,
                request.getConnectionMetaData().getHttpVersion().asString(),
                0,
                at));
  }

  private static Map<String, String> query(Request request) {
    Map<String, String> query = new LinkedHashMap<>();
    for (Fields.Field field : Request.extractQueryParameters(request)) {
      query.put(field.getName(), String.valueOf(field.getValue()));
    }
    return query;
  }

  String method() {
    return request.getMethod();
  }

  String path() {
    return path;
  }

  Map<String, String> query() {
    return query;
  }

  @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  boolean acceptsGzip() {
    String encodings = header("Accept-Encoding");
    return encodings != null && encodings.contains("gzip");
  }

  /** The name in the certificate that the client showed, null for none. */
  @Nullable String certificateUser() {
    if (!(request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
        instanceof EndPoint.SslSessionData session)) {
      return null;
    }
    try {
      Principal principal = session.sslSession().getPeerPrincipal();
      return principal.getName().replaceAll("^(?:.*,)?CN=([^,]*).*$", "$1");
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  byte[] body() {
    try {
      ByteBuffer buffer = Content.Source.asByteBuffer(request);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw ApiException.badRequest("the body could not be read: " + e.getMessage());
    }
  }

  /** Answers with JSON and, as the real server does, a line feed. */
  void json(int status, byte[] json) {
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    if (line.length >= COMPRESS_FROM && acceptsGzip()) {
      response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
      response.getHeaders().put(HttpHeader.VARY, "Accept-Encoding");
      line = Gzip.member(line);
    }
    send(status, "application/json", line);
  }

  void text(int status, String text) {
    send(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  void fail(ApiException problem) {
    retryAfter(problem.retryAfterSeconds());
    json(problem.code(), Json.bytes(problem.status()));
  }

  void retryAfter(long seconds) {
    if (seconds > 0) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, Long.toString(seconds));
    }
  }

  private void send(int status, String contentType, byte[] bytes) {
    start(status, contentType);
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }

  private void start(int status, String contentType) {
    logged.answered(status);
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache, private");
    response.getHeaders().put("Audit-Id", UUID.randomUUID().toString());
  }

  /** Starts an answer without an end; what follows is written to the response. */
  void startStream(boolean gzip) {
    start(200, "application/json");
    if (gzip) {
      response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
    }
  }

  Response response() {
    return response;
  }

  Callback callback() {
    return callback;
  }

  /** Calls back when the client resets the stream or the connection ends. */
  void onFailure(Runnable action) {
    request.addFailureListener(failure -> action.run());
    // Of an HTTP/1.1 connection that closes between two writes Jetty tells the connection only.
    Connection connection = request.getConnectionMetaData().getConnection();
    Connection.Listener listener =
        new Connection.Listener() {
          @Override
          public void onClosed(Connection closed) {
            action.run();
          }
        };
    connection.addEventListener(listener);
    Request.addCompletionListener(request, failure -> connection.removeEventListener(listener));
  }
}
