package io.slicewise.discovery.kubernetes;

import java.io.IOException;

/**
 * The access to send the next request by, with its credentials and trust: made anew when what it
 * was made from has changed. Thread safe.
 */
interface ApiClients {

  /**
   * Returns the access; the same instance for as long as nothing has changed.
   *
   * @throws IOException if there is none to be had now
   */
  ApiAccess current() throws IOException;

  /**
   * The server answered 401 to a request of {@code used}.
   *
   * @return whether another attempt may carry other credentials
   */
  boolean credentialsRefused(ApiAccess used);

  /** A TLS handshake failed: perhaps the server's authority was replaced. */
  void trustFailed();

  /** An access that its owner made and cares for. */
  record Fixed(ApiAccess current) implements ApiClients {

    @Override
    public boolean credentialsRefused(ApiAccess used) {
      return false;
    }

    @Override
    public void trustFailed() {
      // its owner's business
    }
  }
}
