package io.slicewise.discovery.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * The official client as a transport: its address, TLS and credentials under an OkHttp client set
 * up for streams that live for minutes, with connections of its own.
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

  private final ApiClient api;
  private final OkHttpClient client;
  private final String server;
  private final String userAgent;

  ApiTransport(ApiClient api, String userAgent) {
    this.api = api;
    this.server = ClusterConfig.withoutSlash(api.getBasePath());
    this.userAgent = userAgent;
    EventListener.Factory listeners = api.getHttpClient().eventListenerFactory();
    this.client =
        api.getHttpClient()
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

  ApiClient api() {
    return api;
  }

  /** Returns a new call; each attempt needs its own. */
  Call newCall(ApiGet get) throws CredentialsException {
    StringBuilder path = new StringBuilder();
    get.segments().forEach(segment -> path.append('/').append(api.escapeString(segment)));
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", get.accept());
    headers.put("User-Agent", userAgent);
    if (get.stream()) {
      // From Kubernetes 1.37 a watch list is gzip of many members, one a flush. OkHttp reads the
      // first and fails (KEP-3157, WatchListCompression).
      headers.put("Accept-Encoding", "identity");
    }
    try {
      Request request =
          api.buildCall(
                  server,
                  path.toString(),
                  "GET",
                  get.query(),
                  List.of(),
                  null,
                  headers,
                  new HashMap<>(),
                  new HashMap<>(),
                  new String[] {"BearerToken"},
                  null)
              .request();
      return client.newCall(request);
    } catch (ApiException | IllegalArgumentException e) { // an address or header that cannot be
      throw new CredentialsException("no request can be made: " + e.getMessage(), e);
    }
  }

  /** Closes the connections that nobody uses now. */
  void evictIdle() {
    client.connectionPool().evictAll();
  }
}
