package io.slicewise.discovery.samples.mesh;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/**
 * Who a process is and whom it trusts, at one moment. Immutable. Each has a context of its own, so
 * that no TLS session outlives the identity it was made with.
 *
 * @param chain the own certificate and those that lead from it to an authority
 * @param tls makes sockets and engines that show {@code chain} and check the other side
 * @param trust the check of the other side's certificate
 */
public record Identity(List<X509Certificate> chain, SSLContext tls, X509TrustManager trust) {

  private static final int URI_NAME = 6; // GeneralName, RFC 5280

  public Identity {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain: [] (expected: at least one certificate)");
    }
  }

  /** The own certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /**
   * Returns the name that a mesh gives a workload: the first URI among a certificate's alternative
   * names, such as {@code spiffe://demo/ns/shop/sa/web}.
   */
  public static Optional<String> workload(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? Optional.empty()
          : names.stream()
              .filter(name -> name.get(0).equals(URI_NAME))
              .map(name -> (String) name.get(1))
              .findFirst();
    } catch (CertificateParsingException e) {
      return Optional.empty(); // as if it had none
    }
  }

  /** Returns workload, issuer, serial number and end, for logs. */
  @Override
  public String toString() {
    return String.format(
        "%s, certificate %x of %s, valid until %s",
        workload(certificate()).orElse(certificate().getSubjectX500Principal().getName()),
        certificate().getSerialNumber(),
        certificate().getIssuerX500Principal().getName(),
        certificate().getNotAfter().toInstant());
  }
}
