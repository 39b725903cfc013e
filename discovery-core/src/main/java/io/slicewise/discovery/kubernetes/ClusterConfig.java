package io.slicewise.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import io.kubernetes.client.openapi.ApiClient;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a cluster: where its API server is, whom to trust, and where credentials come from.
 * Immutable; holds no credentials itself but the names of the files and programs that give them.
 *
 * <p>Inside a pod: {@link #inCluster()}. On a developer's machine: {@link #kubeconfig(Path)}. For
 * both: {@link #detect()}. With a client of the application's own: {@link #of}.
 */
public final class ClusterConfig {

  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final String HOST = "KUBERNETES_SERVICE_HOST";
  private static final String PORT = "KUBERNETES_SERVICE_PORT";
  private static final String KUBECONFIG = "KUBECONFIG";

  private final String server;
  private final String defaultNamespace;
  private final String origin;
  private final Function<InstantSource, ApiClients> clients;

  private ClusterConfig(
      String server,
      String defaultNamespace,
      String origin,
      Function<InstantSource, ApiClients> clients) {
    this.server = server;
    this.defaultNamespace = defaultNamespace;
    this.origin = origin;
    this.clients = clients;
  }

  /**
   * Finds the cluster: that of the pod this runs in, if a service account's token is mounted, else
   * that of a kubeconfig, which is the first existing file of {@code $KUBECONFIG}, or {@code
   * ~/.kube/config} where that is not set. Unlike kubectl, it does not merge several files.
   *
   * @throws ClusterConfigException if there is neither, or it cannot be used
   */
  public static ClusterConfig detect() {
    return detect(System.getenv(), Path.of(System.getProperty("user.home", "")), SERVICE_ACCOUNT);
  }

  static ClusterConfig detect(Map<String, String> environment, Path home, Path serviceAccount) {
    boolean mounted = Files.exists(serviceAccount.resolve("token"));
    if (mounted && !environment.getOrDefault(HOST, "").isEmpty()) {
      return inCluster(environment, serviceAccount);
    }
    String list = environment.getOrDefault(KUBECONFIG, "");
    for (String path : list.split(File.pathSeparator, -1)) {
      if (!path.isEmpty() && Files.exists(Path.of(path))) {
        return kubeconfig(Path.of(path));
      }
    }
    Path ofUser = home.resolve(".kube").resolve("config");
    if (list.isEmpty() && Files.exists(ofUser)) {
      return kubeconfig(ofUser);
    }
    throw new ClusterConfigException(
        "no cluster: "
            + (mounted ? HOST + " is not set" : "no " + serviceAccount.resolve("token"))
            + ", and "
            + (list.isEmpty()
                ? "no " + ofUser + " while " + KUBECONFIG + " is not set"
                : "no file of " + KUBECONFIG + "=" + list + " exists")
            + " (expected: a pod with a service account, or a kubeconfig)");
  }

  /**
   * The cluster of the pod this runs in, by its service account. Token and certificate authority
   * are read again as they are replaced.
   *
   * @throws ClusterConfigException if this is no pod, or its service account is not mounted
   */
  public static ClusterConfig inCluster() {
    return inCluster(System.getenv(), SERVICE_ACCOUNT);
  }

  static ClusterConfig inCluster(Map<String, String> environment, Path serviceAccount) {
    String host = environment.getOrDefault(HOST, "");
    if (host.isEmpty()) {
      throw new ClusterConfigException(HOST + " is not set (expected: its value inside a pod)");
    }
    String authority = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    String port = environment.getOrDefault(PORT, "443");
    try {
      return inCluster(serviceAccount, URI.create("https://" + authority + ":" + port));
    } catch (IllegalArgumentException e) {
      throw new ClusterConfigException(
          HOST + "=" + host + ", " + PORT + "=" + port + " (expected: an address and a port)", e);
    }
  }

  /**
   * A cluster by the files of a service account, mounted at an unusual place.
   *
   * @param serviceAccountDirectory the directory with {@code token}, {@code ca.crt} and,
   *     optionally, {@code namespace}
   * @param server the API server
   * @throws ClusterConfigException if the token or the certificate authority is missing
   */
  public static ClusterConfig inCluster(Path serviceAccountDirectory, URI server) {
    Path token = serviceAccountDirectory.resolve("token");
    Path authority = serviceAccountDirectory.resolve("ca.crt");
    for (Path file : new Path[] {token, authority}) {
      if (!Files.isReadable(file)) {
        throw new ClusterConfigException(
            "no readable "
                + file
                + " (is automountServiceAccountToken false? expected: a mounted service account)");
      }
    }
    return new ClusterConfig(
        withoutSlash(server.toString()),
        namespaceIn(serviceAccountDirectory.resolve("namespace")),
        serviceAccountDirectory.toString(),
        clock -> new InClusterClients(server, authority, token, clock));
  }

  /**
   * The cluster of a kubeconfig's current context.
   *
   * @throws ClusterConfigException if the file is missing or broken
   */
  public static ClusterConfig kubeconfig(Path file) {
    return kubeconfig(file, null);
  }

  /**
   * The cluster of one context of a kubeconfig. Tokens, token files, client certificates, exec
   * plugins and basic authentication are understood, as are {@code tls-server-name}, {@code
   * insecure-skip-tls-verify} and a {@code proxy-url} of http or socks5. The context stays the same
   * for good, also when the file's current one is changed.
   *
   * @param context the context, or null for the current one
   * @throws ClusterConfigException if the file is missing or broken or has no such context
   */
  public static ClusterConfig kubeconfig(Path file, @Nullable String context) {
    Kubeconfig found = Kubeconfig.read(file, context);
    return new ClusterConfig(
        withoutSlash(found.server()),
        found.namespace(),
        "context " + found.context() + " of " + found.file(),
        clock -> new KubeconfigClients(found.file(), found.context(), clock));
  }

  /**
   * A cluster by a client that the application made. Its address, trust, proxy and interceptors are
   * used; what it does about credentials is its own.
   *
   * @param defaultNamespace where a Service without a namespace is looked for
   */
  public static ClusterConfig of(ApiClient client, String defaultNamespace) {
    requireNonNull(client, "client");
    requireNonNull(defaultNamespace, "defaultNamespace");
    return new ClusterConfig(
        withoutSlash(client.getBasePath()),
        defaultNamespace,
        "a given client",
        clock -> new ApiClients.Fixed(new GivenApiClient(client)));
  }

  /** The namespace of a Service that is named without one. */
  public String defaultNamespace() {
    return defaultNamespace;
  }

  /** The API server's address, as in {@code https://10.0.0.1:6443}. */
  public String server() {
    return server;
  }

  ApiClients clients(InstantSource clock) {
    return clients.apply(clock);
  }

  private static String namespaceIn(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? "default" : text;
    } catch (IOException e) {
      return "default";
    }
  }

  /** Paths begin with a slash of their own. */
  static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  @Override
  public String toString() {
    return server + " (" + origin + ", namespace " + defaultNamespace + ")";
  }
}
