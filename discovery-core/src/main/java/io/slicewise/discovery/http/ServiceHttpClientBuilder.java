package io.slicewise.discovery.http;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.ServiceTarget;
import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link ServiceHttpClient}.
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>option</th><th>default</th></tr>
 * <tr><td>{@link #client}</td><td>one of its own: 256 calls at a time on daemon threads, and
 *     OkHttp's defaults</td></tr>
 * <tr><td>{@link #configure}</td><td>nothing</td></tr>
 * <tr><td>{@link #connectTimeout}</td><td>1 s, or that of {@link #client}</td></tr>
 * <tr><td>{@link #firstViewTimeout}</td><td>2 s</td></tr>
 * <tr><td>{@link #retryBudget}</td><td>0.2</td></tr>
 * <tr><td>{@link #connections}</td><td>32 idle ones for each pod, for 1 min</td></tr>
 * <tr><td>{@link #scheme}</td><td>{@code https} if that is the name of the target's port, else
 *     {@code http}</td></tr>
 * <tr><td>{@link #authority}</td><td>{@code service.namespace.svc}</td></tr>
 * <tr><td>{@link #watch}</td><td>{@link WatchOptions#DEFAULTS}</td></tr>
 * </table>
 *
 * <p>Not thread safe.
 */
public final class ServiceHttpClientBuilder {

  private static final int CALLS_AT_A_TIME = 256;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  private final ServiceDiscovery discovery;
  private final ServiceTarget target;
  private WatchOptions watch = WatchOptions.DEFAULTS;
  private UnaryOperator<OkHttpClient.Builder> configuration = builder -> builder;
  private Duration firstViewTimeout = Duration.ofSeconds(2);
  private Duration keepAlive = Duration.ofMinutes(1);
  private int idleConnections = 32;
  private double retryBudget = 0.2;
  private String scheme;
  private String authority;
  private LongSupplier nanoTime = System::nanoTime;
  private @Nullable OkHttpClient client;
  private @Nullable Duration connectTimeout;

  ServiceHttpClientBuilder(String target, ServiceDiscovery discovery) {
    this.discovery = requireNonNull(discovery, "discovery");
    this.target = ServiceTarget.parse(target).inNamespace(discovery.defaultNamespace());
    this.scheme = ServiceUrls.scheme(this.target);
    this.authority = ServiceUrls.authority(this.target);
  }

  /**
   * Sets a client to derive from: its interceptors, TLS, timeouts, protocols, cache, cookies,
   * listeners and dispatcher stay. OkHttp's dispatcher lets five calls at a time be enqueued to a
   * host, and all pods have one. Of no effect are its connection pool, socket factory, proxy and
   * {@code retryOnConnectionFailure}. Its event listeners hear each attempt as a call.
   */
  public ServiceHttpClientBuilder client(OkHttpClient client) {
    this.client = requireNonNull(client, "client");
    return this;
  }

  /**
   * Changes the client that is derived from, {@link #client} or the default: {@code builder ->
   * builder.addInterceptor(tracing)}. HTTP/2 without TLS is {@code
   * protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))}.
   */
  public ServiceHttpClientBuilder configure(UnaryOperator<OkHttpClient.Builder> configuration) {
    this.configuration = requireNonNull(configuration, "configuration");
    return this;
  }

  /** Sets how long a connection to a pod may take, before another pod is tried. Above zero. */
  public ServiceHttpClientBuilder connectTimeout(Duration timeout) {
    this.connectTimeout = requirePositive("connectTimeout", timeout);
    return this;
  }

  /** Sets how long a call waits while nothing is known of the Service yet; zero for not at all. */
  public ServiceHttpClientBuilder firstViewTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("firstViewTimeout: " + timeout + " (expected: >= 0)");
    }
    this.firstViewTimeout = timeout;
    return this;
  }

  /**
   * Sets how many calls may be sent once more, as a share of all calls: 0 for none, 1 at most.
   * Three a second are added to that, and up to 100 can be saved.
   */
  public ServiceHttpClientBuilder retryBudget(double ratio) {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("retryBudget: " + ratio + " (expected: 0 to 1)");
    }
    this.retryBudget = ratio;
    return this;
  }

  /**
   * Sets how many idle connections are kept to each pod, and for how long.
   *
   * @param idle 0 or more
   * @param keepAlive above zero
   */
  public ServiceHttpClientBuilder connections(int idle, Duration keepAlive) {
    if (idle < 0) {
      throw new IllegalArgumentException("idle: " + idle + " (expected: >= 0)");
    }
    this.idleConnections = idle;
    this.keepAlive = requirePositive("keepAlive", keepAlive);
    return this;
  }

  /** Sets the scheme of URLs that are given as a path: {@code http} or {@code https}. */
  public ServiceHttpClientBuilder scheme(String scheme) {
    if (!List.of("http", "https").contains(scheme)) {
      throw new IllegalArgumentException("scheme: " + scheme + " (expected: http or https)");
    }
    this.scheme = scheme;
    return this;
  }

  /**
   * Sets the host, and the port if it is not the scheme's, of URLs that are given as a path. It is
   * what the {@code Host} header says and what a certificate has to name; it is never resolved.
   */
  public ServiceHttpClientBuilder authority(String authority) {
    this.authority = requireNonNull(authority, "authority");
    return this;
  }

  /** Sets how the Service is watched: family, policy, health, endpoints that are host names. */
  public ServiceHttpClientBuilder watch(WatchOptions options) {
    this.watch = requireNonNull(options, "options");
    return this;
  }

  /** Has time pass by another clock. */
  ServiceHttpClientBuilder nanoTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    return this;
  }

  private static Duration requirePositive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: > 0)");
    }
    return value;
  }

  /**
   * Returns the client, which begins to follow the Service.
   *
   * @throws IllegalArgumentException if the authority is none
   * @throws IllegalStateException if discovery is closed, or OkHttp is older than 5.3
   */
  public ServiceHttpClient build() {
    ServiceUrls urls = new ServiceUrls(target, discovery.defaultNamespace(), scheme, authority);
    ThreadPoolExecutor threads = newThreads();
    OkHttpClient base = configuration.apply(newBase(threads)).build();
    requireOkHttp5(base, urls.base());
    Upstreams upstreams =
        new Upstreams(
            discovery,
            urls,
            template(base),
            new Upstreams.Options(watch, firstViewTimeout, idleConnections, keepAlive, nanoTime));
    OkHttpClient.Builder outer =
        base.newBuilder()
            .addInterceptor(
                new BalancingInterceptor(
                    upstreams::of, urls, new RetryBudget(retryBudget, nanoTime)))
            .eventListenerFactory(call -> EventListener.NONE);
    return new ServiceHttpClient(outer.build(), urls, upstreams, threads::shutdown);
  }

  /** A BOM may bring OkHttp 4, with which all else runs; better here than in the first call. */
  private static void requireOkHttp5(OkHttpClient client, HttpUrl url) {
    OkHttpClient unheard = client.newBuilder().eventListener(EventListener.NONE).build();
    try {
      unheard.newCall(new Request.Builder().url(url).build()).addEventListener(EventListener.NONE);
    } catch (NoSuchMethodError e) {
      throw new IllegalStateException(
          "OkHttp is older than 5.3, which ServiceHttpClient needs: manage"
              + " com.squareup.okhttp3:okhttp-bom before the BOM that brings the older one, as Spring"
              + " Cloud's does",
          e);
    }
  }

  private OkHttpClient.Builder newBase(ExecutorService threads) {
    OkHttpClient.Builder base;
    if (client != null) {
      base = client.newBuilder();
    } else {
      Dispatcher dispatcher = new Dispatcher(threads);
      dispatcher.setMaxRequests(CALLS_AT_A_TIME);
      dispatcher.setMaxRequestsPerHost(CALLS_AT_A_TIME);
      base = new OkHttpClient.Builder().dispatcher(dispatcher).connectTimeout(CONNECT_TIMEOUT);
    }
    return connectTimeout == null ? base : base.connectTimeout(connectTimeout);
  }

  /** Returns what the clients of the endpoints are made from: everything below the choice. */
  private static OkHttpClient template(OkHttpClient base) {
    OkHttpClient.Builder template =
        base.newBuilder().retryOnConnectionFailure(false).proxy(Proxy.NO_PROXY);
    template.interceptors().clear();
    template.addInterceptor(ServiceHttpClientBuilder::underTimeoutsOfTheCall);
    template.networkInterceptors().add(0, new ConnectionGuard());
    return template.build();
  }

  /** The application's interceptors may have changed them for this call. */
  private static Response underTimeoutsOfTheCall(Interceptor.Chain chain) throws IOException {
    Attempt attempt = chain.call().tag(Attempt.class);
    if (attempt == null) {
      return chain.proceed(chain.request());
    }
    Interceptor.Chain outer = attempt.outer();
    return chain
        .withConnectTimeout(outer.connectTimeoutMillis(), TimeUnit.MILLISECONDS)
        .withReadTimeout(outer.readTimeoutMillis(), TimeUnit.MILLISECONDS)
        .withWriteTimeout(outer.writeTimeoutMillis(), TimeUnit.MILLISECONDS)
        .proceed(chain.request());
  }

  /** Makes no thread before a call is enqueued, and keeps none for more than ten idle seconds. */
  private static ThreadPoolExecutor newThreads() {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory daemons =
        task -> {
          Thread thread = new Thread(task, "slicewise-http-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons);
  }
}
