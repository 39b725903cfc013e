package io.slicewise.discovery.kubernetes;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Clients made from the files of a service account. A changed {@code ca.crt} makes a new client;
 * the official one never looks at it again.
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
  private @Nullable ApiClient client;
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
  public synchronized ApiClient current() throws IOException {
    Instant now = clock.instant();
    if (client == null || !now.isBefore(nextCheck)) {
      nextCheck = now.plus(RECHECK);
      client = refreshed(client);
    }
    return client;
  }

  private ApiClient refreshed(@Nullable ApiClient old) throws IOException {
    byte[] found;
    try {
      found = Files.readAllBytes(authorityFile);
      if (old != null && Arrays.equals(found, authority)) {
        return old;
      }
      ApiClient fresh = newClient(found);
      if (old != null) {
        logger.log(INFO, "{0} has changed: new connections trust it", authorityFile);
      }
      authority = found;
      warned = null;
      return fresh;
    } catch (IOException | RuntimeException e) { // the builder wraps what is wrong with the content
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

  private ApiClient newClient(byte[] trusted) {
    ApiClient fresh =
        new ClientBuilder().setBasePath(server.toString()).setCertificateAuthority(trusted).build();
    BearerTokenInterceptor interceptor = new BearerTokenInterceptor(token);
    fresh.setHttpClient(fresh.getHttpClient().newBuilder().addInterceptor(interceptor).build());
    return fresh;
  }

  @Override
  public boolean credentialsRefused(ApiClient used) {
    token.refused();
    return true;
  }

  @Override
  public synchronized void trustFailed() {
    nextCheck = Instant.MIN;
  }
}
