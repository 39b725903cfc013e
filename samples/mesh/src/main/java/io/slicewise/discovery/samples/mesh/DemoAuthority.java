package io.slicewise.discovery.samples.mesh;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority that issues what cert-manager or SPIRE would: the part of a mesh that this sample
 * leaves out. Thread safe.
 */
final class DemoAuthority {

  private static final Duration VALIDITY = Duration.ofDays(1);

  private final InstantSource clock;
  private final X500Name name;
  private final KeyPair keys = newKeys();
  private final AtomicLong serials = new AtomicLong();
  private final String pem;

  /**
   * A certificate and its key, in PEM.
   *
   * @param chain the certificate
   * @param key PKCS #8
   */
  record Issued(String chain, String key) {}

  DemoAuthority(String commonName) {
    this(commonName, InstantSource.system());
  }

  /** Creates one whose certificates are valid for a day before and after the time of a clock. */
  DemoAuthority(String commonName, InstantSource clock) {
    this.clock = clock;
    name = new X500Name("CN=" + commonName);
    try {
      pem =
          pem(
              sign(
                  builder(name, keys)
                      .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The authority's own certificate, in PEM. */
  String pem() {
    return pem;
  }

  /**
   * Issues a certificate for a workload of the namespace {@code shop}, which is a service account
   * and a Service by one name.
   */
  Issued issue(String workload) {
    KeyPair own = newKeys();
    try {
      X509v3CertificateBuilder builder =
          builder(new X500Name("CN=" + workload), own)
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(
                      new GeneralName[] {
                        new GeneralName(
                            GeneralName.uniformResourceIdentifier,
                            "spiffe://demo/ns/shop/sa/" + workload),
                        new GeneralName(GeneralName.dNSName, workload + ".shop.svc")
                      }));
      return new Issued(pem(sign(builder)), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private X509v3CertificateBuilder builder(X500Name subject, KeyPair owner) {
    Instant now = clock.instant();
    return new X509v3CertificateBuilder(
        name,
        BigInteger.valueOf(serials.incrementAndGet()),
        Date.from(now.minus(VALIDITY)),
        Date.from(now.plus(VALIDITY)),
        subject,
        SubjectPublicKeyInfo.getInstance(owner.getPublic().getEncoded()));
  }

  private X509CertificateHolder sign(X509v3CertificateBuilder builder) {
    try {
      return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(Object thing) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          thing instanceof X509CertificateHolder ? new JcaMiscPEMGenerator(thing) : thing);
    }
    return text.toString();
  }
}
