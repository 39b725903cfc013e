package io.slicewise.discovery.samples.mesh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * Where an identity lies on disk, in PEM: a certificate chain, its key, and the certificates of the
 * authorities to trust. Immutable.
 *
 * @param directory a mounted volume, or any directory
 * @param chain the file of the own certificate and its intermediates
 * @param key the file of the private key, not encrypted
 * @param bundle the file of the authorities
 */
public record CertificateFiles(Path directory, String chain, String key, String bundle) {

  /** What kubelet swaps to replace all files of a volume at once. */
  private static final String VERSION = "..data";

  private static final char[] NO_PASSWORD = {};

  /** The three texts as they were read together; two are equal if nothing has changed. */
  record Content(String chain, String key, String bundle) {

    /** Returns nothing of the key. */
    @Override
    public String toString() {
      return "Content";
    }
  }

  public CertificateFiles {
    requireNonNull(directory, "directory");
    requireNonNull(chain, "chain");
    requireNonNull(key, "key");
    requireNonNull(bundle, "bundle");
  }

  /** Returns the files of a directory by the names that Kubernetes and cert-manager give them. */
  public static CertificateFiles in(Path directory) {
    return new CertificateFiles(directory, "tls.crt", "tls.key", "ca.crt");
  }

  /** Reads all three, of one version where the directory is a volume of Kubernetes. */
  Content read() throws IOException {
    Path data = directory.resolve(VERSION);
    Path version = Files.exists(data) ? data.toRealPath() : directory;
    return new Content(
        Files.readString(version.resolve(chain), ISO_8859_1),
        Files.readString(version.resolve(key), ISO_8859_1),
        Files.readString(version.resolve(bundle), ISO_8859_1));
  }

  /**
   * Returns what was read as an identity.
   *
   * @throws GeneralSecurityException if it is none; the message names the file and what is wrong
   */
  Identity identity(Content content) throws GeneralSecurityException {
    List<X509Certificate> own = certificates(chain, content.chain());
    PrivateKey secret = privateKey(content.key());
    requireValid(own.get(0));
    requireMatch(own.get(0).getPublicKey(), secret);

    KeyStore keys = newStore();
    keys.setKeyEntry("own", secret, NO_PASSWORD, own.toArray(Certificate[]::new));
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, NO_PASSWORD);

    KeyStore trusted = newStore();
    List<X509Certificate> authorities = certificates(bundle, content.bundle());
    for (int i = 0; i < authorities.size(); i++) {
      trusted.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    TrustManagerFactory trustManagers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trusted);

    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return new Identity(own, tls, (X509TrustManager) trustManagers.getTrustManagers()[0]);
  }

  private void requireValid(X509Certificate certificate) throws CertificateException {
    try {
      certificate.checkValidity();
    } catch (CertificateException e) {
      throw new CertificateException(chain + ": not valid now: " + e.getMessage(), e);
    }
  }

  private static KeyStore newStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("JKS"); // stays in memory; PKCS12 is slow to fill
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    return store;
  }

  private static List<X509Certificate> certificates(String file, String pem)
      throws CertificateException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.getBytes(ISO_8859_1)))) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (CertificateException e) {
      throw new CertificateException(file + ": not readable: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new CertificateException(file + ": no certificate (expected: PEM, CERTIFICATE)");
    }
    return certificates;
  }

  /** Reads PKCS #8, and the older forms that OpenSSL writes for RSA and EC. */
  private PrivateKey privateKey(String pem) throws InvalidKeyException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
        if (block instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
        if (block instanceof PEMKeyPair pair) {
          return converter.getKeyPair(pair).getPrivate();
        }
      }
    } catch (IOException | RuntimeException e) { // of the parser, for bytes that make no key
      throw new InvalidKeyException(key + ": not readable: " + e.getMessage(), e);
    }
    throw new InvalidKeyException(key + ": no key (expected: PEM, PRIVATE KEY, not encrypted)");
  }

  /** A reader may come between the two writes of somebody who does not replace both at once. */
  private void requireMatch(PublicKey own, PrivateKey secret) throws GeneralSecurityException {
    byte[] probe = {1, 2, 3};
    boolean match = own.getAlgorithm().equals(secret.getAlgorithm());
    if (match) {
      Signature signature = Signature.getInstance(signatureOf(own.getAlgorithm()));
      signature.initSign(secret);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(own);
      signature.update(probe);
      match = signature.verify(signed);
    }
    if (!match) {
      throw new InvalidKeyException(key + ": is not the key of the certificate in " + chain);
    }
  }

  private static String signatureOf(String algorithm) {
    return switch (algorithm) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> algorithm; // EdDSA is both
    };
  }
}
