package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.source.ExchangeEnd.Kind.BROKEN;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.NOT_LISTENING;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.source.ExchangeEnd;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {

  static IOException[] unsent() {
    return new IOException[] {
      new UnknownHostException("api"),
      new SSLHandshakeException("PKIX path building failed"),
      new SSLPeerUnverifiedException("no"),
      new CredentialsException("no token")
    };
  }

  static IOException[] nobody() {
    return new IOException[] {
      new NoRouteToHostException("No route to host"),
      new ConnectException("Network is unreachable"),
      new SocketTimeoutException("Connect timed out"),
      closedInHandshake(new EOFException("SSL peer shut down incorrectly")),
      closedInHandshake(new SocketException("Connection reset"))
    };
  }

  private static IOException closedInHandshake(IOException cause) {
    IOException closed = new SSLHandshakeException("Remote host terminated the handshake");
    closed.initCause(cause);
    return closed;
  }

  @ParameterizedTest
  @MethodSource("nobody")
  void aConnectionThatCannotBeMadeFoundNobody(IOException failure) {
    assertThat(Failures.unanswered("api:443", failure).kind()).isEqualTo(NOT_LISTENING);
  }

  @ParameterizedTest
  @MethodSource("unsent")
  void whatHasToBePutRightIsNotKnockedAt(IOException failure) {
    assertThat(Failures.unanswered("api:443", failure).kind()).isEqualTo(UNREACHABLE);
  }

  @Test
  void aPortThatRefusesHasNobodyBehindIt() {
    ConnectException failure = new ConnectException("Failed to connect to api/10.0.0.1:443");
    failure.initCause(new ConnectException("Connection refused"));

    assertThat(Failures.unanswered("api:443", failure))
        .isEqualTo(ExchangeEnd.failed(NOT_LISTENING, "api:443: Connection refused"));
  }

  @Test
  void aRequestThatWasSentMayHaveBeenHeard() {
    assertThat(Failures.unanswered("api:443", new SocketException("Connection reset")))
        .isEqualTo(ExchangeEnd.failed(BROKEN, "api:443: Connection reset"));
    assertThat(Failures.unanswered("api:443", new EOFException()).message())
        .isEqualTo("api:443: EOFException");
  }

  @Test
  void saysWhereToLookWhenACertificateIsNotTrusted() {
    SSLHandshakeException failure = new SSLHandshakeException("PKIX path building failed");

    assertThat(Failures.isDistrust(failure)).isTrue();
    assertThat(Failures.unanswered("api:443", failure).message())
        .startsWith("api:443: TLS handshake failed: PKIX path building failed (check that ca.crt");
  }

  @Test
  void addsTheInnermostCauseInOneLine() {
    IOException outer = new IOException("a\n b", new CertificateException("expired"));

    assertThat(Failures.describe(outer)).isEqualTo("a b: expired");
    assertThat(Failures.describe(new IOException("x", new IOException("x")))).isEqualTo("x");
  }
}
