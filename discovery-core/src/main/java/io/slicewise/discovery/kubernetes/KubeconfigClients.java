package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import io.kubernetes.client.util.credentials.Authentication;
import io.kubernetes.client.util.credentials.ClientCertificateAuthentication;
import io.kubernetes.client.util.credentials.UsernamePasswordAuthentication;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * Clients made from one context of a kubeconfig. The file is read anew, and its exec plugin run
 * anew, when the plugin's credentials expire and after the server refused what there was.
 *
 * <p>The context stays the one chosen at first: {@code kubectl config use-context} must not move a
 * running application to another cluster.
 */
final class KubeconfigClients implements ApiClients {

  private static final Duration EXEC_LIMIT = Duration.ofSeconds(60);

  private final Path file;
  private final String context;
  private final InstantSource clock;

  // All below: guarded by this. Others wait while a plugin runs, which is better than running it
  // once for each of them.
  private @Nullable ApiClient client;
  private @Nullable ExecCredential credential;

  KubeconfigClients(Path file, String context, InstantSource clock) {
    this.file = file;
    this.context = context;
    this.clock = clock;
  }

  @Override
  public synchronized ApiClient current() throws IOException {
    ExecCredential used = credential;
    if (used != null && used.isExpired(clock.instant())) {
      credential = null;
      client = null;
    }
    if (client == null) {
      try {
        client = newClient(Kubeconfig.read(file, context));
      } catch (ClusterConfigException e) {
        throw new CredentialsException(String.valueOf(e.getMessage()), e);
      } catch (RuntimeException e) { // a certificate or key that the official client cannot read
        throw new CredentialsException(file + ", context " + context + ": " + e.getMessage(), e);
      }
    }
    return client;
  }

  @Override
  public synchronized boolean credentialsRefused(ApiClient used) {
    if (client == used) { // else another exchange has been here before
      client = null;
      credential = null;
    }
    return true;
  }

  @Override
  public synchronized void trustFailed() {
    client = null; // a restarted test cluster writes its new authority into the file
  }

  private ApiClient newClient(Kubeconfig config) throws IOException {
    Settings cluster = config.cluster();
    ClientBuilder builder = new ClientBuilder();
    builder.setBasePath(config.server());
    builder.setVerifyingSsl(!cluster.flag("insecure-skip-tls-verify"));
    String tlsServerName = cluster.text("tls-server-name");
    if (tlsServerName != null) {
      setTlsServerName(builder, tlsServerName);
    }
    byte[] authority = cluster.bytes("certificate-authority");
    if (authority != null) {
      builder.setCertificateAuthority(authority);
    }
    List<Authentication> authentications = authentications(config.user());
    builder.setAuthentication(client -> authentications.forEach(each -> each.provide(client)));
    ApiClient fresh = builder.build();
    String proxy = cluster.text("proxy-url");
    if (proxy != null) {
      fresh.setHttpClient(fresh.getHttpClient().newBuilder().proxy(proxy(proxy)).build());
    }
    return fresh;
  }

  private void setTlsServerName(ClientBuilder builder, String name) {
    try {
      builder.setTlsServerName(name);
    } catch (NoSuchMethodError e) {
      throw new ClusterConfigException(
          file
              + ": tls-server-name needs io.kubernetes:client-java 27 or newer: manage it before the"
              + " BOM that brings an older one, as Spring Cloud's does",
          e);
    }
  }

  /** What identifies the user: a certificate, and one of the ways to a header, as in client-go. */
  private List<Authentication> authentications(Settings user) throws IOException {
    List<Authentication> all = new ArrayList<>();
    addCertificate(all, user.bytes("client-certificate"), user.bytes("client-key"));
    String token = user.text("token");
    String tokenFile = user.text("tokenFile");
    String name = user.text("username");
    String password = user.text("password");
    Settings exec = user.child("exec");
    if (tokenFile != null) {
      all.add(tokenFile(user.resolve(tokenFile)));
    } else if (token != null) {
      all.add(new AccessTokenAuthentication(token.strip()));
    } else if (name != null && password != null) {
      all.add(new UsernamePasswordAuthentication(name, password));
    } else if (exec != null) {
      addExecuted(all, exec);
    } else if (user.child("auth-provider") != null) {
      throw new CredentialsException(
          file + ": auth-provider is not supported (expected: exec, a token or a certificate)");
    }
    return all;
  }

  private Authentication tokenFile(Path path) {
    Interceptor interceptor = new BearerTokenInterceptor(new BearerTokenFile(path, clock));
    return fresh ->
        fresh.setHttpClient(fresh.getHttpClient().newBuilder().addInterceptor(interceptor).build());
  }

  private void addExecuted(List<Authentication> all, Settings exec) throws IOException {
    ExecCredential made = credential;
    if (made == null) {
      made = new ExecPlugin(exec, EXEC_LIMIT).run();
      credential = made;
    }
    String certificate = made.certificate();
    String key = made.key();
    addCertificate(
        all,
        certificate == null ? null : certificate.getBytes(UTF_8),
        key == null ? null : key.getBytes(UTF_8));
    String token = made.token();
    if (token != null) {
      all.add(new AccessTokenAuthentication(token.strip()));
    }
  }

  private static void addCertificate(
      List<Authentication> all, byte @Nullable [] certificate, byte @Nullable [] key) {
    if (certificate != null && key != null) {
      all.add(new ClientCertificateAuthentication(certificate, key));
    }
  }

  private static Proxy proxy(String url) throws CredentialsException {
    URI uri = URI.create(url);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    Proxy.Type type =
        switch (scheme) {
          case "http" -> Proxy.Type.HTTP;
          case "socks5" -> Proxy.Type.SOCKS;
          default ->
              throw new CredentialsException(
                  "proxy-url: scheme " + scheme + " (expected: http or socks5)");
        };
    int port = uri.getPort() >= 0 ? uri.getPort() : type == Proxy.Type.HTTP ? 80 : 1080;
    return new Proxy(type, InetSocketAddress.createUnresolved(uri.getHost(), port));
  }
}
