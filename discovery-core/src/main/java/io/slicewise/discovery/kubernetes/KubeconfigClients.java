package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
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
  private @Nullable ApiAccess client;
  private @Nullable ExecCredential credential;

  KubeconfigClients(Path file, String context, InstantSource clock) {
    this.file = file;
    this.context = context;
    this.clock = clock;
  }

  @Override
  public synchronized ApiAccess current() throws IOException {
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
      } catch (CredentialsException e) {
        throw e;
      } catch (IOException | GeneralSecurityException | RuntimeException e) { // no key, or alike
        throw new CredentialsException(file + ", context " + context + ": " + e.getMessage(), e);
      }
    }
    return client;
  }

  @Override
  public synchronized boolean credentialsRefused(ApiAccess used) {
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

  private ApiAccess newClient(Kubeconfig config) throws IOException, GeneralSecurityException {
    Settings cluster = config.cluster();
    Settings user = config.user();
    ExecCredential executed = isExecuted(user) ? executed(user) : null;
    OkHttpClient.Builder http = tls(cluster, user, executed).newClient().newBuilder();
    String proxy = cluster.text("proxy-url");
    if (proxy != null) {
      http.proxy(proxy(proxy));
    }
    String tokenFile = user.text("tokenFile");
    if (tokenFile != null) {
      BearerTokenFile tokens = new BearerTokenFile(user.resolve(tokenFile), clock);
      http.addInterceptor(new BearerTokenInterceptor(tokens));
    }
    return new DirectAccess(config.server(), http.build(), authorization(user, executed));
  }

  private static ServerTls tls(Settings cluster, Settings user, @Nullable ExecCredential executed)
      throws IOException {
    byte[] certificate = user.bytes("client-certificate");
    byte[] key = user.bytes("client-key");
    if (executed != null && executed.certificate() != null && executed.key() != null) {
      certificate = executed.certificate().getBytes(UTF_8);
      key = executed.key().getBytes(UTF_8);
    }
    return new ServerTls(
        !cluster.flag("insecure-skip-tls-verify"),
        cluster.bytes("certificate-authority"),
        cluster.text("tls-server-name"),
        certificate,
        key);
  }

  /**
   * Returns the header that identifies the user, or null if there is none, or a file has it. Of
   * several ways the one counts that client-go takes.
   */
  private @Nullable String authorization(Settings user, @Nullable ExecCredential executed)
      throws CredentialsException {
    String token = executed == null ? user.text("token") : executed.token();
    String name = user.text("username");
    String password = user.text("password");
    if (user.text("tokenFile") != null) {
      return null;
    }
    if (token != null) {
      return "Bearer " + token.strip();
    }
    if (name != null && password != null) {
      return Credentials.basic(name, password);
    }
    if (executed == null && user.child("auth-provider") != null) {
      throw new CredentialsException(
          file + ": auth-provider is not supported (expected: exec, a token or a certificate)");
    }
    return null;
  }

  /** Whether the user is identified by a program: if there is one, and no header without it. */
  private static boolean isExecuted(Settings user) {
    return user.child("exec") != null
        && user.text("tokenFile") == null
        && user.text("token") == null
        && (user.text("username") == null || user.text("password") == null);
  }

  private ExecCredential executed(Settings user) throws IOException {
    ExecCredential made = credential;
    if (made == null) {
      made = new ExecPlugin(requireNonNull(user.child("exec")), EXEC_LIMIT).run();
      credential = made;
    }
    return made;
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
