package io.slicewise.discovery.testkit;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/** Builds a server from its parts, starts it and ends it: the one place that makes threads. */
final class ServerParts {

  /** Two are enough: they never wait for a client. */
  private static final int WRITERS = 2;

  private final RequestLog log = new RequestLog();
  private final Access access = new Access();
  private final Cluster cluster;
  private final WatchHub watches;
  private final Faults faults;
  private final Server server;
  private final GatedConnector connector;
  private final ExecutorService writers;
  private final ScheduledExecutorService scheduler;
  private final boolean ownScheduler;

  ServerParts(ServerOptions options, @Nullable Certificates certificates) {
    FakeClock fake = options.clock();
    InstantSource clock = fake == null ? InstantSource.system() : fake;
    ownScheduler = fake == null;
    scheduler = fake == null ? newScheduler() : fake;
    writers = Executors.newFixedThreadPool(WRITERS, daemons("testkit-watch-writer-"));
    Identities identities = new Identities(options.seed());
    ObjectStore store = new ObjectStore(new Admission(clock, identities), options.historySize());
    cluster = new Cluster(store, clock, identities, options);
    WatchFaults watchFaults = new WatchFaults();
    RequestFaults requestFaults = new RequestFaults();
    watches = new WatchHub(store, options, watchFaults, writers, scheduler, identities);
    QueuedThreadPool threads = new QueuedThreadPool(64, 4);
    threads.setName("testkit-http");
    threads.setDaemon(true);
    server = new Server(threads, new ScheduledExecutorScheduler("testkit-http-timer", true), null);
    connector = new GatedConnector(server, protocols(options, certificates));
    connector.setHost("127.0.0.1");
    connector.setPort(options.port());
    // A quiet watch is not an idle connection.
    connector.setIdleTimeout(0);
    connector.setShutdownIdleTimeout(0);
    server.addConnector(connector);
    server.setStopTimeout(0);
    server.setHandler(
        new ApiHandler(
            log,
            clock,
            requestFaults,
            access,
            store,
            new ObjectWrites(store, cluster::observe),
            watches,
            options,
            scheduler,
            threads));
    faults = new Faults(connector, store, access, watches, requestFaults, watchFaults);
    access.accept(options.token(), options.user());
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw new IllegalStateException("the embedded API server does not start", e);
    }
  }

  private static ScheduledExecutorService newScheduler() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(1, daemons("testkit-timer-"));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return scheduler;
  }

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static ConnectionFactory[] protocols(
      ServerOptions options, @Nullable Certificates certificates) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setIdleTimeout(0);
    List<ConnectionFactory> factories = new ArrayList<>();
    HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
    if (certificates == null) {
      factories.add(http1);
      if (options.http2()) {
        factories.add(unlimited(new HTTP2CServerConnectionFactory(configuration)));
      }
      return factories.toArray(ConnectionFactory[]::new);
    }
    // Without the check of the host name: a client may come by any name of the loopback.
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    String next = options.http2() ? "alpn" : http1.getProtocol();
    factories.add(new SslConnectionFactory(sslContext(certificates), next));
    if (options.http2()) {
      ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
      alpn.setDefaultProtocol(http1.getProtocol());
      factories.add(alpn);
      factories.add(unlimited(new HTTP2ServerConnectionFactory(configuration)));
    }
    factories.add(http1);
    return factories.toArray(ConnectionFactory[]::new);
  }

  /** As many streams and pings as a test likes. */
  private static ConnectionFactory unlimited(AbstractHTTP2ServerConnectionFactory http2) {
    http2.setMaxConcurrentStreams(1_000);
    http2.setStreamIdleTimeout(0);
    http2.setRateControlFactory(new RateControl.Factory() {});
    return http2;
  }

  private static SslContextFactory.Server sslContext(Certificates certificates) {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setKeyStore(certificates.keyStore());
    ssl.setKeyStorePassword(certificates.password());
    ssl.setTrustStore(certificates.trustStore());
    ssl.setWantClientAuth(true);
    return ssl;
  }

  RequestLog log() {
    return log;
  }

  Access access() {
    return access;
  }

  Cluster cluster() {
    return cluster;
  }

  WatchHub watches() {
    return watches;
  }

  Faults faults() {
    return faults;
  }

  GatedConnector connector() {
    return connector;
  }

  void close() {
    watches.each(OpenWatch::cut);
    connector.connections().forEach(GatedEndPoint::breakOff);
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the embedded API server does not stop", e);
    } finally {
      writers.shutdownNow();
      if (ownScheduler) {
        scheduler.shutdownNow();
      }
    }
  }
}
