package io.slicewise.discovery.kubernetes;

import io.kubernetes.client.util.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Whom a client takes for its API server, and how it shows who it is itself.
 *
 * @param verified whether the server has to prove itself
 * @param authorities the certificates that it proves itself by, in PEM, or null for the JVM's own
 * @param serverName the name that its certificate is for, or null if that is the address's
 * @param certificate the client's own certificate in PEM, or null for none
 * @param key the key of that, in PEM
 */
record ServerTls(
    boolean verified,
    byte @Nullable [] authorities,
    @Nullable String serverName,
    byte @Nullable [] certificate,
    byte @Nullable [] key) {

  /** Returns the usual: the server proves itself by some authorities, and by its address. */
  static ServerTls trusting(byte[] authorities) {
    return new ServerTls(true, authorities, null, null, null);
  }

  /**
   * Returns a client of which the connections are such.
   *
   * @throws GeneralSecurityException if a certificate or key is none
   */
  OkHttpClient newClient() throws GeneralSecurityException, IOException {
    X509TrustManager trust = verified ? trust() : new Anybody();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(), new TrustManager[] {trust}, null);
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder().sslSocketFactory(context.getSocketFactory(), trust);
    if (!verified) {
      return builder.hostnameVerifier((host, session) -> true).build();
    }
    OkHttpClient client =
        builder.build(); // only now: without a factory it reads the JVM's authorities
    String name = serverName;
    if (name == null) {
      return client;
    }
    HostnameVerifier usual = client.hostnameVerifier();
    return builder.hostnameVerifier((host, session) -> usual.verify(name, session)).build();
  }

  private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
    if (certificate == null || key == null) {
      return null;
    }
    String algorithm = SSLUtils.recognizePrivateKeyAlgo(key);
    return SSLUtils.keyManagers(certificate, key, algorithm, "", null, null);
  }

  private X509TrustManager trust() throws GeneralSecurityException, IOException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities == null ? null : store(authorities));
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("this JVM has no trust manager for X.509 certificates");
  }

  private static KeyStore store(byte[] pem) throws GeneralSecurityException, IOException {
    Collection<? extends Certificate> certificates =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("no certificate (expected: at least one, in PEM)");
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("authority " + store.size(), certificate);
    }
    return store;
  }

  /** What {@code insecure-skip-tls-verify} asks for. */
  private static final class Anybody implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
