package io.slicewise.discovery.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority made at start, with a certificate for the server and one for a client.
 * The keys are elliptic curve keys because RSA keys take seconds to make.
 */
final class Certificates {

  /** The user name of the client certificate. */
  static final String CLIENT_USER = "slicewise-client";

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final X500Name ISSUER = new X500Name("CN=slicewise-testkit-ca");
  private static final Duration VALIDITY = Duration.ofDays(3650);

  private final X509Certificate authority;
  private final KeyPair serverKeys;
  private final X509Certificate server;
  private final KeyPair clientKeys;
  private final X509Certificate client;

  Certificates() {
    try {
      KeyPair authorityKeys = newKeyPair();
      serverKeys = newKeyPair();
      clientKeys = newKeyPair();
      authority =
          sign(
              builder(ISSUER, authorityKeys)
                  .addExtension(Extension.basicConstraints, true, new BasicConstraints(true)),
              authorityKeys);
      server =
          sign(
              builder(new X500Name("CN=kube-apiserver"), serverKeys)
                  .addExtension(Extension.subjectAlternativeName, false, loopbackNames()),
              authorityKeys);
      client =
          sign(
              builder(new X500Name("O=system:masters,CN=" + CLIENT_USER), clientKeys),
              authorityKeys);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("no certificates for the embedded API server", e);
    }
  }

  private static KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static GeneralNames loopbackNames() {
    return new GeneralNames(
        new GeneralName[] {
          new GeneralName(GeneralName.dNSName, "localhost"),
          new GeneralName(GeneralName.dNSName, "kubernetes.default.svc"),
          new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
          new GeneralName(GeneralName.iPAddress, "::1")
        });
  }

  private static JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair keys) {
    // Of the system's time and not of a fake clock: TLS libraries check against the former.
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        ISSUER,
        new BigInteger(64, new SecureRandom()).setBit(0),
        Date.from(now.minus(Duration.ofDays(1))),
        Date.from(now.plus(VALIDITY)),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair authorityKeys)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate())));
  }

  KeyStore keyStore() {
    return store(
        store ->
            store.setKeyEntry(
                "server",
                serverKeys.getPrivate(),
                PASSWORD,
                new X509Certificate[] {server, authority}));
  }

  KeyStore trustStore() {
    return store(store -> store.setCertificateEntry("ca", authority));
  }

  String password() {
    return new String(PASSWORD);
  }

  private interface Filler {
    void fill(KeyStore store) throws GeneralSecurityException;
  }

  private static KeyStore store(Filler filler) {
    try {
      // Never leaves memory, and PKCS12 would spend most of the start on encrypting it.
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      filler.fill(store);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String authorityPem() {
    return pem("CERTIFICATE", encoded(authority));
  }

  String clientPem() {
    return pem("CERTIFICATE", encoded(client));
  }

  String clientKeyPem() {
    return pem("PRIVATE KEY", clientKeys.getPrivate().getEncoded());
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] der) {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + type
        + "-----\n"
        + encoder.encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}
