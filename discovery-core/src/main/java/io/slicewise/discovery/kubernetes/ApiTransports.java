package io.slicewise.discovery.kubernetes;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The transport for new exchanges. When the access is made anew, so is the transport; exchanges
 * that run on an older one finish there. Thread safe.
 */
final class ApiTransports {

  private final ApiClients clients;
  private final String userAgent;

  // Guarded by this.
  private @Nullable ApiTransport current;
  private boolean closed;

  ApiTransports(ApiClients clients, String userAgent) {
    this.clients = clients;
    this.userAgent = userAgent;
  }

  ApiTransport current() throws IOException {
    ApiAccess api = clients.current(); // outside the lock: it may run a program
    ApiTransport retired = null;
    ApiTransport result;
    synchronized (this) {
      result = current;
      if (result == null || result.api() != api) {
        retired = result;
        result = new ApiTransport(api, userAgent);
        current = result;
      }
    }
    if (retired != null) {
      retired.evictIdle();
    }
    return result;
  }

  /** An exchange on it is over: the last one on a retired transport leaves no connection behind. */
  void released(ApiTransport transport) {
    boolean retired;
    synchronized (this) {
      retired = closed || current != transport;
    }
    if (retired) {
      transport.evictIdle();
    }
  }

  boolean credentialsRefused(ApiTransport used) {
    return clients.credentialsRefused(used.api());
  }

  void trustFailed() {
    clients.trustFailed();
  }

  /** Closes idle connections now, and those in use as they are released. */
  void close() {
    ApiTransport last;
    synchronized (this) {
      closed = true;
      last = current;
    }
    if (last != null) {
      last.evictIdle();
    }
  }
}
