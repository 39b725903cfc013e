package io.slicewise.discovery.kubernetes;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Clients made from the files of a service account. A changed {@code ca.crt} makes a new client.
 *
 * <p>The files are compared by content: they are symbolic links that the kubelet swaps, which
 * neither file events nor modification times show reliably.
 */
final class InClusterClients implements ApiClients {

  private static final System.Logger logger = System.getLogger(InClusterClients.class.getName());
  private static final Duration RECHECK = Duration.ofSeconds(60);

  private final URI server;
  private final Path authorityFile;
  private final BearerTokenFile token;
  private final InstantSource clock;

  // All below: guarded by this.
  private @Nullable ApiAccess client;
  private byte[] authority = {};
  private Instant nextCheck = Instant.MIN;
  private @Nullable String warned;

  InClusterClients(URI server, Path authorityFile, Path tokenFile, InstantSource clock) {
    this.server = server;
    this.authorityFile = authorityFile;
    this.token = new BearerTokenFile(tokenFile, clock);
    this.clock = clock;
  }

  @Override
  public synchronized ApiAccess current() throws IOException {
    Instant now = clock.instant();
    if (client == null || !now.isBefore(nextCheck)) {
      nextCheck = now.plus(RECHECK);
      client = refreshed(client);
    }
    return client;
  }

  private ApiAccess refreshed(@Nullable ApiAccess old) throws IOException {
    byte[] found;
    try {
      found = Files.readAllBytes(authorityFile);
      if (old != null && Arrays.equals(found, authority)) {
        return old;
      }
      ApiAccess fresh = newClient(found);
      if (old != null) {
        logger.log(INFO, "{0} has changed: new connections trust it", authorityFile);
      }
      authority = found;
      warned = null;
      return fresh;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      String problem = "cannot be used as a certificate authority (" + e.getClass().getName() + ")";
      if (old == null) {
        throw new CredentialsException(authorityFile + " " + problem, e);
      }
      if (!problem.equals(warned)) {
        warned = problem;
        logger.log(WARNING, "{0} {1}; the one read before stays in use", authorityFile, problem);
      }
      return old;
    }
  }

  private ApiAccess newClient(byte[] trusted) throws GeneralSecurityException, IOException {
    OkHttpClient http = ServerTls.trusting(trusted).newClient();
    BearerTokenInterceptor interceptor = new BearerTokenInterceptor(token);
    OkHttpClient identified = http.newBuilder().addInterceptor(interceptor).build();
    return new DirectAccess(server.toString(), identified, null);
  }

  @Override
  public boolean credentialsRefused(ApiAccess used) {
    token.refused();
    return true;
  }

  @Override
  public synchronized void trustFailed() {
    nextCheck = Instant.MIN;
  }
}
