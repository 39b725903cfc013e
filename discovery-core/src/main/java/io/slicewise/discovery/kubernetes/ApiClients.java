package io.slicewise.discovery.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;

/**
 * The official client to send the next request with, with its credentials and trust: made anew when
 * what it was made from has changed. Thread safe.
 */
interface ApiClients {

  /**
   * Returns the client; the same instance for as long as nothing has changed.
   *
   * @throws IOException if there is none to be had now
   */
  ApiClient current() throws IOException;

  /**
   * The server answered 401 to a request of {@code used}.
   *
   * @return whether another attempt may carry other credentials
   */
  boolean credentialsRefused(ApiClient used);

  /** A TLS handshake failed: perhaps the server's authority was replaced. */
  void trustFailed();

  /** A client that its owner made and cares for. */
  record Fixed(ApiClient current) implements ApiClients {

    @Override
    public boolean credentialsRefused(ApiClient used) {
      return false;
    }

    @Override
    public void trustFailed() {
      // its owner's business
    }
  }
}
