package io.slicewise.discovery.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes API server in this process, for EndpointSlices and what belongs to them.
 *
 * <p>It listens on a loopback port, keeps everything in memory and starts empty. It answers as a
 * real server does where a client of EndpointSlices looks, and misbehaves when told to. Thread
 * safe.
 */
public final class EmbeddedApiServer implements AutoCloseable {

  private final ServerOptions options;
  private final @Nullable Certificates certificates;
  private final ServerParts parts;
  private volatile String token;

  private EmbeddedApiServer(ServerOptions options) {
    this.options = options;
    this.token = options.token();
    this.certificates = options.tls() ? new Certificates() : null;
    this.parts = new ServerParts(options, certificates);
  }

  /** Starts one with TLS on a random port. */
  public static EmbeddedApiServer start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Where it listens; also after it was killed, because it comes back there. */
  public URI uri() {
    return URI.create(
        (options.tls() ? "https" : "http") + "://127.0.0.1:" + parts.connector().getPort());
  }

  /** The bearer token that it accepts. */
  public String token() {
    return token;
  }

  /** Changes the token: requests with the old one are answered 401, open watches go on. */
  public void replaceToken(String replacement) {
    parts.access().accept(replacement, options.user());
    if (!replacement.equals(token)) {
      parts.access().revoke(token);
    }
    token = replacement;
  }

  /** Accepts one more token, for a user of its own. */
  public void addToken(String other, String user) {
    parts.access().accept(other, user);
  }

  /** The certificate of the authority that signed the server's, in PEM. */
  public String caCertificate() {
    return tls().authorityPem();
  }

  /** A client certificate that the server accepts instead of a token, in PEM. */
  public String clientCertificate() {
    return tls().clientPem();
  }

  /** The key to {@link #clientCertificate()}, in PEM. */
  public String clientKey() {
    return tls().clientKeyPem();
  }

  private Certificates tls() {
    if (certificates == null) {
      throw new IllegalStateException("tls: false (expected: true)");
    }
    return certificates;
  }

  /** A kubeconfig with the token, for the namespace {@code default}. */
  public String kubeconfig() {
    return Kubeconfig.withToken(
        uri(), certificates == null ? null : certificates.authorityPem(), token);
  }

  /** A kubeconfig with a client certificate in the place of the token. */
  public String kubeconfigWithClientCertificate() {
    return Kubeconfig.withCertificate(uri(), caCertificate(), clientCertificate(), clientKey());
  }

  /** Writes {@link #kubeconfig()} to the file {@code kubeconfig}. */
  public Path writeKubeconfig(Path directory) throws IOException {
    return Files.writeString(
        Files.createDirectories(directory).resolve("kubeconfig"), kubeconfig());
  }

  /** Writes {@code token}, {@code ca.crt} and {@code namespace} as they are mounted in a pod. */
  public void writeServiceAccount(Path directory, String namespace) throws IOException {
    Files.createDirectories(directory);
    write(directory, "token", token);
    write(directory, "namespace", namespace);
    if (certificates != null) {
      write(directory, "ca.crt", certificates.authorityPem());
    }
  }

  private static void write(Path directory, String file, String text) throws IOException {
    Path unused = Files.write(directory.resolve(file), text.getBytes(StandardCharsets.UTF_8));
  }

  /** What it serves. */
  public Cluster cluster() {
    return parts.cluster();
  }

  /** How it misbehaves. */
  public Faults faults() {
    return parts.faults();
  }

  /** The requests so far, in the order of their arrival; of very many the last ones. */
  public List<RecordedRequest> requests() {
    return parts.log().requests();
  }

  public void clearRequests() {
    parts.log().clear();
  }

  /** The number of watches whose client is still there. */
  public int openWatches() {
    parts.connector().dropGoneClients();
    return parts.watches().size();
  }

  public int openConnections() {
    parts.connector().dropGoneClients();
    return parts.connector().connections().size();
  }

  /** Ends as a killed process does: nobody listens, and every connection is reset. */
  public void kill() {
    faults().refuse();
    faults().cutConnections();
  }

  /** Comes back on the same port, with all objects and their history. */
  public void restart() {
    kill();
    faults().unfreeze();
    faults().accept();
  }

  /** Ends for good. */
  @Override
  public void close() {
    parts.close();
  }

  @Override
  public String toString() {
    return "EmbeddedApiServer " + uri();
  }

  /** How the server is to be. */
  public static final class Builder {

    private int port = ServerOptions.DEFAULTS.port();
    private boolean tls = ServerOptions.DEFAULTS.tls();
    private boolean http2 = ServerOptions.DEFAULTS.http2();
    private boolean watchList = ServerOptions.DEFAULTS.watchList();
    private boolean gzipWatchLists = ServerOptions.DEFAULTS.gzipWatchLists();
    private boolean endpoints = ServerOptions.DEFAULTS.endpoints();
    private Duration bookmarkInterval = ServerOptions.DEFAULTS.bookmarkInterval();
    private Duration futureVersionWait = ServerOptions.DEFAULTS.futureVersionWait();
    private int historySize = ServerOptions.DEFAULTS.historySize();
    private int maxEndpointsPerSlice = ServerOptions.DEFAULTS.maxEndpointsPerSlice();
    private long seed = ServerOptions.DEFAULTS.seed();
    private String token = ServerOptions.DEFAULTS.token();
    private String user = ServerOptions.DEFAULTS.user();
    private @Nullable FakeClock clock;

    private Builder() {}

    /** The port, or 0 for a random one, which is the default. */
    public Builder port(int number) {
      port = (int) atLeast("port", number, 0);
      return this;
    }

    /** Whether it speaks TLS; the default is that it does. */
    public Builder tls(boolean enabled) {
      tls = enabled;
      return this;
    }

    /** Whether it offers HTTP/2 besides HTTP/1.1; the default is that it does. */
    public Builder http2(boolean enabled) {
      http2 = enabled;
      return this;
    }

    /** Whether it knows {@code sendInitialEvents} or answers 422; the default is that it does. */
    public Builder watchList(boolean enabled) {
      watchList = enabled;
      return this;
    }

    /** Whether it compresses WatchLists line by line as Kubernetes 1.37 does; default not. */
    public Builder gzipWatchLists(boolean enabled) {
      gzipWatchLists = enabled;
      return this;
    }

    /** Whether Services get an old Endpoints object besides their slices; default not. */
    public Builder endpoints(boolean written) {
      endpoints = written;
      return this;
    }

    /** Between the bookmarks of a watch; 60 seconds by default. */
    public Builder bookmarkInterval(Duration interval) {
      long unused = atLeast("bookmarkInterval", interval.toNanos(), 1);
      bookmarkInterval = interval;
      return this;
    }

    /** How long it waits for a version from the future; a real server 3 s, this one 0. */
    public Builder futureVersionWait(Duration wait) {
      long unused = atLeast("futureVersionWait", wait.toNanos(), 0);
      futureVersionWait = wait;
      return this;
    }

    /** The events that it remembers of each type of object; 1000 by default. */
    public Builder historySize(int events) {
      historySize = (int) atLeast("historySize", events, 1);
      return this;
    }

    /** 100 by default, as in a real cluster. */
    public Builder maxEndpointsPerSlice(int endpointsPerSlice) {
      maxEndpointsPerSlice = (int) atLeast("maxEndpointsPerSlice", endpointsPerSlice, 1);
      return this;
    }

    /** Of generated names and uids; 1 by default. */
    public Builder seed(long number) {
      seed = number;
      return this;
    }

    /** The bearer token that it accepts. */
    public Builder token(String accepted) {
      token = accepted;
      return this;
    }

    /** Whose token that is; {@code system:serviceaccount:default:default} by default. */
    public Builder user(String name) {
      user = name;
      return this;
    }

    /** Lets a test move time: bookmarks, timeouts, delays and timestamps follow the clock. */
    public Builder clock(FakeClock fake) {
      clock = fake;
      return this;
    }

    public EmbeddedApiServer start() {
      return new EmbeddedApiServer(
          new ServerOptions(
              port,
              tls,
              http2,
              watchList,
              gzipWatchLists,
              endpoints,
              bookmarkInterval,
              futureVersionWait,
              historySize,
              maxEndpointsPerSlice,
              seed,
              token,
              user,
              clock));
    }

    private static long atLeast(String what, long value, long least) {
      if (value < least) {
        throw new IllegalArgumentException(what + ": " + value + " (expected: >= " + least + ")");
      }
      return value;
    }
  }
}
