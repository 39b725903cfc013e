package io.slicewise.discovery.http;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one endpoint: a call of OkHttp's that hears how far it came, and that ends its
 * lease when the last byte of the answer was read, when it fails, or when it is cancelled.
 *
 * <p>Not a retry inside one OkHttp call: OkHttp 5.4.0 takes the connection that a call had before
 * for the same host and port again, wherever it leads.
 */
final class Attempt extends EventListener {

  private static final String RETRY_AFTER = "Retry-After";

  private final EndpointClient client;
  private final Lease lease;
  private final ServiceUrls urls;
  private final Interceptor.Chain outer;
  private volatile boolean connected; // a new connection was made, or tried
  private volatile boolean acquired; // a connection, new or not
  private volatile boolean requestStarted;
  private volatile boolean bodyStarted;
  private volatile boolean exchangeFailed;
  private volatile boolean left; // a redirect led away from the endpoint
  private volatile boolean stale;
  private volatile Outcome answer = Outcome.UNKNOWN;
  private volatile @Nullable String retryAfter;

  Attempt(EndpointClient client, Lease lease, ServiceUrls urls, Interceptor.Chain outer) {
    this.client = client;
    this.lease = lease;
    this.urls = urls;
    this.outer = outer;
  }

  /**
   * Sends the request and returns the answer once its headers are there; over a new connection if
   * the one that was given had been closed before anything was sent.
   */
  Response execute(CancelRelay cancel) throws IOException {
    while (true) {
      stale = false;
      acquired = false;
      try {
        return executeOnce(cancel);
      } catch (IOException e) {
        if (!stale) {
          throw e;
        }
        client.closeIdle(); // the others are as old
      }
    }
  }

  private Response executeOnce(CancelRelay cancel) throws IOException {
    Request request = outer.request().newBuilder().tag(Endpoint.class, lease.endpoint()).build();
    Call call = client.newCall(request);
    call.addEventListener(this);
    Attempt unused = call.tag(Attempt.class, () -> this);
    call.timeout().timeout(outer.call().timeout().timeoutNanos(), TimeUnit.NANOSECONDS);
    cancel.onCancel(call::cancel);
    boolean answered = false;
    try {
      Response response = call.execute();
      answered = true;
      return retryAfter == null
          ? response
          : response.newBuilder().header(RETRY_AFTER, retryAfter).build();
    } catch (CancellationException e) {
      throw new IOException("Canceled", e);
    } catch (IOException e) {
      if (!call.isCanceled() && !stale) {
        e.addSuppressed(new Tried(client));
      }
      throw e;
    } finally {
      if (!answered && !stale) {
        lease.close(); // what is no IOException tells nobody
      }
    }
  }

  EndpointClient client() {
    return client;
  }

  Lease lease() {
    return lease;
  }

  /** The chain of the application's call. */
  Interceptor.Chain outer() {
    return outer;
  }

  /** Whether the call was given a connection that others had used before. */
  boolean isReused() {
    return !connected;
  }

  /** The connection was found closed; nothing was sent, and the lease goes on. */
  void stale() {
    stale = true;
  }

  /** Keeps an answer's header from OkHttp, which would send the request again at once. */
  Response withoutRetryAfter(Response response) {
    retryAfter = response.header(RETRY_AFTER);
    return retryAfter == null ? response : response.newBuilder().removeHeader(RETRY_AFTER).build();
  }

  /** Whether the endpoint certainly has done nothing with the request. */
  boolean isUnprocessed(IOException failure) {
    return !requestStarted || isShutdown(failure) || isRefused(failure);
  }

  /** Whether the request's body was asked for its bytes. */
  boolean isBodyStarted() {
    return bodyStarted;
  }

  /** Whether the connection failed, and not the application's body, interceptor or patience. */
  boolean isConnectionFailure(IOException failure) {
    if (failure instanceof InterruptedIOException) {
      return failure instanceof SocketTimeoutException && !acquired;
    }
    return !acquired || exchangeFailed;
  }

  // By name: okhttp3.internal is not exported to modules.
  private static boolean isShutdown(IOException failure) {
    return failure.getClass().getName().endsWith(".ConnectionShutdownException");
  }

  private static boolean isRefused(IOException failure) {
    return failure.getClass().getName().endsWith(".StreamResetException")
        && String.valueOf(failure.getMessage()).endsWith("REFUSED_STREAM");
  }

  @Override
  public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
    connected = true;
  }

  /** OkHttp 5.4.0 has nothing to cancel between the TCP connection and the TLS handshake. */
  @Override
  public void secureConnectStart(Call call) {
    if (call.isCanceled()) {
      throw new CancellationException("cancelled before the TLS handshake");
    }
  }

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    acquired = true;
  }

  @Override
  public void connectionReleased(Call call, Connection connection) {
    client.onReleased(connection);
  }

  @Override
  public void requestHeadersStart(Call call) {
    requestStarted = true;
  }

  @Override
  public void requestHeadersEnd(Call call, Request request) {
    HttpUrl url = request.url();
    left = !urls.isService(url.host()) || url.port() != outer.request().url().port();
  }

  @Override
  public void requestBodyStart(Call call) {
    bodyStarted = true;
  }

  @Override
  public void requestFailed(Call call, IOException failure) {
    exchangeFailed = true;
  }

  @Override
  public void responseFailed(Call call, IOException failure) {
    exchangeFailed = true;
  }

  @Override
  public void responseHeadersEnd(Call call, Response response) {
    if (!left) {
      answer = RetryRules.isFailure(response.code()) ? Outcome.FAILURE : Outcome.SUCCESS;
    }
  }

  @Override
  public void canceled(Call call) {
    lease.end(Outcome.UNKNOWN);
  }

  @Override
  public void callEnd(Call call) {
    lease.end(answer);
  }

  @Override
  public void callFailed(Call call, IOException failure) {
    if (!stale) {
      boolean innocent = left || call.isCanceled() || isShutdown(failure);
      boolean failed = !innocent && isConnectionFailure(failure);
      lease.end(failed ? Outcome.FAILURE : Outcome.UNKNOWN);
    }
  }

  /** Says in a stack trace which endpoint it was; the URL is the Service's. */
  private static final class Tried extends IOException {

    private static final long serialVersionUID = 1L;

    Tried(EndpointClient client) {
      super("at endpoint " + client.endpoint());
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
