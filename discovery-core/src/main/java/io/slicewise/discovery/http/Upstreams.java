package io.slicewise.discovery.http;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.ServiceTarget;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * The ports of the Service that are called: one {@link Upstream} for each port that stands in a
 * URL, opened when the first one does. Thread safe.
 */
final class Upstreams implements AutoCloseable {

  /** More than any Service has; redirects and callers' mistakes must not open watches for ever. */
  private static final int MOST = 16;

  /** What all of them have in common. */
  record Options(
      WatchOptions watch,
      Duration firstView,
      int idleConnections,
      Duration keepAlive,
      LongSupplier nanoTime) {}

  private record Port(String scheme, int number) {}

  private final ServiceDiscovery discovery;
  private final ServiceUrls urls;
  private final OkHttpClient template;
  private final Options options;
  private final Object lock = new Object();
  private final Upstream own;
  private volatile Map<Port, Upstream> open; // writes guarded by lock
  private volatile boolean closed; // writes guarded by lock

  Upstreams(ServiceDiscovery discovery, ServiceUrls urls, OkHttpClient template, Options options) {
    this.discovery = discovery;
    this.urls = urls;
    this.template = template;
    this.options = options;
    this.own = newUpstream(urls.base());
    this.open = Map.of(port(urls.base()), own);
  }

  /** The upstream of the target itself. */
  Upstream own() {
    return own;
  }

  /**
   * Returns the upstream that a URL of the Service means.
   *
   * @throws IllegalArgumentException if there are too many ports
   * @throws IllegalStateException if closed
   */
  Upstream of(HttpUrl url) {
    Port port = port(url);
    Upstream known = open.get(port);
    return known != null ? known : open(url, port);
  }

  private Upstream open(HttpUrl url, Port port) {
    synchronized (lock) {
      requireOpen();
      Upstream known = open.get(port);
      if (known != null) {
        return known;
      }
      if (open.size() == MOST) {
        throw new IllegalArgumentException(
            "url: " + url + " (expected: one of the " + MOST + " ports that were called before)");
      }
      Upstream made = newUpstream(url);
      Map<Port, Upstream> more = new HashMap<>(open);
      more.put(port, made);
      open = Map.copyOf(more);
      return made;
    }
  }

  /**
   * Does nothing while open.
   *
   * @throws IllegalStateException if closed
   */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the client of " + own.watch().target() + " is closed");
    }
  }

  private Upstream newUpstream(HttpUrl url) {
    ServiceTarget target = urls.target(url);
    return new Upstream(
        discovery.watch(target, options.watch()),
        endpoint ->
            new EndpointClient(
                endpoint,
                template,
                new PinnedSocketFactory(endpoint, urls, url.port(), template.dns()),
                options.idleConnections(),
                options.keepAlive(),
                options.nanoTime()),
        options.firstView());
  }

  private static Port port(HttpUrl url) {
    return new Port(url.scheme(), url.port());
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    open.values().forEach(Upstream::close);
  }
}
