package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.source.ExchangeEnd.Kind.BROKEN;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.NOT_LISTENING;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNREACHABLE;

import io.slicewise.discovery.source.ExchangeEnd;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What an exception of a request that got no answer says to the one who runs the application. */
final class Failures {

  private Failures() {}

  /** Returns how an exchange ended whose request got no answer. */
  static ExchangeEnd unanswered(String host, IOException e) {
    if (e instanceof CredentialsException) {
      return ExchangeEnd.failed(UNREACHABLE, describe(e));
    }
    if (e instanceof UnknownHostException) {
      return ExchangeEnd.failed(UNREACHABLE, host + ": unknown host");
    }
    if (e instanceof SSLPeerUnverifiedException) {
      return ExchangeEnd.failed(
          UNREACHABLE,
          host
              + ": certificate is for other names (check the server's address, or set"
              + " tls-server-name)");
    }
    if (e instanceof SSLException && isHungUp(innermost(e))) {
      return ExchangeEnd.failed(
          NOT_LISTENING,
          host
              + ": hung up during the TLS handshake: "
              + describe(e)
              + " (a load balancer without an API server behind it does that, and what speaks no"
              + " TLS)");
    }
    if (e instanceof SSLException) {
      return ExchangeEnd.failed(
          UNREACHABLE,
          host
              + ": TLS handshake failed: "
              + describe(e)
              + " (check that ca.crt, or"
              + " certificate-authority in the kubeconfig, is this cluster's)");
    }
    boolean unconnected =
        e instanceof ConnectException
            || e instanceof NoRouteToHostException
            || e instanceof SocketTimeoutException;
    // OkHttp says once more where it could not connect to; the cause says why.
    String why = e instanceof ConnectException ? text(innermost(e)) : describe(e);
    return ExchangeEnd.failed(unconnected ? NOT_LISTENING : BROKEN, host + ": " + why);
  }

  private static boolean isHungUp(Throwable cause) {
    return cause instanceof EOFException || cause instanceof SocketException;
  }

  /** Whether the server's certificate may be one that only a newer authority vouches for. */
  static boolean isDistrust(IOException e) {
    return e instanceof SSLException;
  }

  /** Returns the message in one line, with the innermost cause's where that says more. */
  static String describe(Throwable e) {
    String outer = text(e);
    String inner = text(innermost(e));
    return outer.contains(inner) ? outer : outer + ": " + inner;
  }

  private static Throwable innermost(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  private static String text(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.strip().replaceAll("\\s+", " ");
  }
}
