package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.source.ExchangeEnd.Kind.BROKEN;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.CANCELLED;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.COMPLETE;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNDECODABLE;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNREACHABLE;

import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/**
 * One GET with its answer, from connecting to the last byte, whose every ending is an {@link
 * ExchangeEnd}. A 401 is answered once with fresh credentials, and a 406 once by asking for plain
 * JSON; nothing else is tried twice.
 *
 * <p>{@link #run} blocks its thread until the end. Only {@link #cancel} wakes it: interrupts do not
 * reach a thread that reads from a socket.
 */
final class ApiExchange {

  /** What reads the body of a 200. */
  interface Body {

    /**
     * Reads to the end.
     *
     * @throws UndecodableException if the bytes are not what they should be
     * @throws IOException if the connection breaks
     */
    ExchangeEnd read(InputStream in) throws IOException;
  }

  private static final int UNAUTHORIZED = 401;
  private static final int NOT_ACCEPTABLE = 406;

  private final ApiGet get;
  private final ApiTransports transports;
  private final InstantSource clock;
  private final Duration openLimit;
  private volatile @Nullable Call call;
  private volatile boolean cancelled;

  /**
   * Creates an exchange.
   *
   * @param openLimit how long an attempt may take up to the head of its answer: OkHttp alone would
   *     wait for a frozen TLS handshake as long as for a silent stream
   */
  ApiExchange(ApiGet get, ApiTransports transports, InstantSource clock, Duration openLimit) {
    this.get = get;
    this.transports = transports;
    this.clock = clock;
    this.openLimit = openLimit;
  }

  /** Ends {@link #run} soon, from any thread; idempotent. */
  void cancel() {
    cancelled = true;
    Call running = call;
    if (running != null) {
      running.cancel();
    }
  }

  ExchangeEnd run(Body body) {
    ExchangeEnd end = attempt(get, body, true);
    ApiGet plain = get.plain();
    if (code(end) == NOT_ACCEPTABLE && !cancelled && !get.equals(plain)) {
      end = attempt(plain, body, true);
    }
    return cancelled && end.kind() != COMPLETE ? ExchangeEnd.failed(CANCELLED, "") : end;
  }

  private ExchangeEnd attempt(ApiGet get, Body body, boolean mayRepeat) {
    ApiTransport transport;
    try {
      transport = transports.current();
    } catch (IOException e) {
      return ExchangeEnd.failed(UNREACHABLE, Failures.describe(e));
    }
    ExchangeEnd end;
    try {
      end = send(transport, get, body);
    } finally {
      transports.released(transport);
    }
    boolean unauthorized = code(end) == UNAUTHORIZED;
    return unauthorized && mayRepeat && !cancelled && transports.credentialsRefused(transport)
        ? attempt(get, body, false)
        : end;
  }

  private static int code(ExchangeEnd end) {
    ApiStatus status = end.status();
    return status == null ? 0 : status.code();
  }

  private ExchangeEnd send(ApiTransport transport, ApiGet get, Body body) {
    Call sent;
    try {
      sent = transport.newCall(get);
    } catch (IOException e) {
      return ExchangeEnd.failed(UNREACHABLE, Failures.describe(e));
    }
    call = sent;
    if (cancelled) { // between the two, cancel() may have found no call
      return ExchangeEnd.failed(CANCELLED, "");
    }
    OpenLimit limit = new OpenLimit(sent);
    limit.timeout(openLimit.toMillis(), TimeUnit.MILLISECONDS);
    limit.enter();
    Response response = null;
    ApiStatus status = null;
    IOException failure = null;
    boolean late;
    try {
      response = sent.execute();
      if (response.code() != 200) {
        status = ErrorResponse.status(response, clock.instant());
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException e) { // an interceptor of a client that the application made
      failure = new CredentialsException("request failed: " + Failures.describe(e), e);
    } finally {
      late = limit.exit();
    }
    if (response == null) {
      return unanswered(sent, failure, late);
    }
    try (Response answered = response) {
      return status != null ? ExchangeEnd.refused(status) : read(answered, body);
    }
  }

  private ExchangeEnd unanswered(Call sent, @Nullable IOException failure, boolean late) {
    String host = host(sent);
    if (late || failure == null) {
      return ExchangeEnd.failed(
          UNREACHABLE, host + ": no answer within " + openLimit.toSeconds() + " s");
    }
    if (Failures.isDistrust(failure)) {
      transports.trustFailed();
    }
    return Failures.unanswered(host, failure);
  }

  private static ExchangeEnd read(Response response, Body body) {
    String host = response.request().url().host();
    MediaType type = response.body().contentType();
    if (type != null && !type.subtype().contains("json")) {
      String text = type.type() + "/" + type.subtype();
      return ExchangeEnd.failed(
          UNDECODABLE,
          host + ": answer is " + text + " (expected: application/json; a proxy or a login page?)");
    }
    String encoding = response.header("Content-Encoding"); // OkHttp hides what it unpacks itself
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return ExchangeEnd.failed(
          UNDECODABLE,
          host
              + ": answer is in "
              + encoding
              + " (expected: identity, as was asked for; does a proxy compress?)");
    }
    try {
      return body.read(response.body().byteStream());
    } catch (UndecodableException e) {
      return ExchangeEnd.failed(UNDECODABLE, host + ": " + e.getMessage());
    } catch (SocketTimeoutException e) {
      return ExchangeEnd.failed(BROKEN, host + ": fell silent");
    } catch (IOException e) {
      return ExchangeEnd.failed(BROKEN, host + ": " + Failures.describe(e));
    }
  }

  private static String host(Call call) {
    return call.request().url().host() + ":" + call.request().url().port();
  }

  /** OkHttp's own clock; a timer of ours would need a thread of ours. */
  private static final class OpenLimit extends AsyncTimeout {

    private final Call call;

    OpenLimit(Call call) {
      this.call = call;
    }

    @Override
    protected void timedOut() {
      call.cancel();
    }
  }
}
