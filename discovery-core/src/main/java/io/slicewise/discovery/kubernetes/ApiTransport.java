package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubernetes.client.openapi.Pair;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;

/**
 * An access as a transport: its address, TLS and credentials under an OkHttp client set up for
 * streams that live for minutes, with connections of its own.
 */
final class ApiTransport {

  /** Finds a dead HTTP/2 connection within two of these: the pong is missed at the next ping. */
  private static final Duration PING = Duration.ofSeconds(15);

  private static final Duration CONNECT = Duration.ofSeconds(10);

  /**
   * The last resort for a reader. Longer than the Reflector's own limit on silence, which also
   * knows what silence means: on a timeout from here it would resume where nothing will ever come.
   */
  private static final Duration SILENCE = Duration.ofMinutes(3);

  /** Short, for a list followed by its watch: a connection idle for longer may be dead unseen. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private final ApiAccess api;
  private final OkHttpClient client;
  private final String server;
  private final String userAgent;

  ApiTransport(ApiAccess api, String userAgent) {
    this.api = api;
    this.server = ClusterConfig.withoutSlash(api.address());
    this.userAgent = userAgent;
    EventListener.Factory listeners = api.http().eventListenerFactory();
    this.client =
        api.http()
            .newBuilder()
            .dispatcher(new Dispatcher()) // counts calls; its limits concern enqueue() alone
            .connectionPool(new ConnectionPool(2, KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS))
            .connectTimeout(CONNECT)
            .readTimeout(SILENCE)
            .callTimeout(Duration.ZERO)
            .pingInterval(PING)
            .eventListenerFactory(call -> LateCancel.unlessListening(listeners.create(call)))
            .retryOnConnectionFailure(false) // when to try again is the reflector's decision
            .followRedirects(false) // an API server has none; a login page must not get our token
            .followSslRedirects(false)
            .build();
  }

  ApiAccess api() {
    return api;
  }

  /** Returns a new call; each attempt needs its own. */
  Call newCall(ApiGet get) throws CredentialsException {
    StringBuilder url = new StringBuilder(server);
    get.segments().forEach(segment -> url.append('/').append(encoded(segment)));
    char before = '?';
    for (Pair each : get.query()) {
      url.append(before).append(encoded(each.getName())).append('=');
      url.append(encoded(each.getValue()));
      before = '&';
    }
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", get.accept());
    headers.put("User-Agent", userAgent);
    if (get.stream()) {
      // From Kubernetes 1.37 a watch list is gzip of many members, one a flush. OkHttp reads the
      // first and fails (KEP-3157, WatchListCompression).
      headers.put("Accept-Encoding", "identity");
    }
    return client.newCall(api.get(url.toString(), headers));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** Closes the connections that nobody uses now. */
  void evictIdle() {
    client.connectionPool().evictAll();
  }
}
