package io.slicewise.discovery.http;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * Sees to it that a request goes over the wire once, and over a connection that is open.
 *
 * <p>A server closes an HTTP/1.1 connection that it finds idle, after 2 s (gunicorn) to 75 s
 * (nginx), and OkHttp does not look before it has been idle for 10 s, for a GET never. A POST that
 * is sent there fails, for nobody knows whether it arrived. So a connection that was idle for a
 * second is asked; that takes a millisecond. A closed HTTP/2 connection is known to be.
 */
final class ConnectionGuard implements Interceptor {

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int SERVICE_UNAVAILABLE = 503;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Attempt attempt = chain.call().tag(Attempt.class);
    Connection connection = chain.connection();
    if (attempt == null || connection == null) {
      return chain.proceed(chain.request());
    }
    if (attempt.isReused()
        && isHttp1(connection.protocol())
        && attempt.client().idleNanos(connection) >= IDLE_NANOS
        && isClosed(connection.socket())) {
      attempt.stale();
      throw new IOException("the connection was closed by " + attempt.client().endpoint());
    }
    Response response = chain.proceed(chain.request());
    return response.code() == SERVICE_UNAVAILABLE ? attempt.withoutRetryAfter(response) : response;
  }

  private static boolean isHttp1(Protocol protocol) {
    return protocol == Protocol.HTTP_1_1 || protocol == Protocol.HTTP_1_0;
  }

  private static boolean isClosed(Socket socket) {
    try {
      int before = socket.getSoTimeout();
      try {
        socket.setSoTimeout(1);
        // A byte would answer no request of ours: the connection is as good as closed.
        int unused = socket.getInputStream().read();
        return true;
      } finally {
        socket.setSoTimeout(before);
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
