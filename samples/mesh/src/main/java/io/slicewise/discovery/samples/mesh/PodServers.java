package io.slicewise.discovery.samples.mesh;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * The servers of all pods of the demo, each at an address of its own: HTTPS, and nobody without a
 * certificate that the bundle vouches for. They answer with the pod, and with whom they have seen.
 * Thread safe.
 */
final class PodServers implements AutoCloseable {

  /** A pod as it presents itself. */
  record Pod(String name, String zone, String track) {}

  static final String POD = "X-Pod";
  static final String ZONE = "X-Zone";
  static final String TRACK = "X-Track";

  /** The workload that the certificate of the caller names. */
  static final String CALLER = "X-Caller";

  /** The caller's certificate: its authority and serial number. */
  static final String CERTIFICATE = "X-Caller-Certificate";

  /** The port that the caller's connection comes from. */
  static final String CALLER_PORT = "X-Caller-Port";

  private final SslContextFactory.Server ssl = new SslContextFactory.Server();
  private final Server server;
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();
  private final Map<String, ServerConnector> connectors = new ConcurrentHashMap<>();

  /** Starts without a pod. New connections are made with the identity of that time. */
  PodServers(RotatingIdentity identity) {
    ssl.setSslContext(identity.current().tls());
    ssl.setNeedClientAuth(true);
    QueuedThreadPool threads = new QueuedThreadPool(64, 4);
    threads.setName("mesh-server");
    threads.setDaemon(true);
    server = new Server(threads, new ScheduledExecutorScheduler("mesh-server-timer", true), null);
    server.setStopTimeout(0);
    server.addBean(ssl); // else it would be the first connector's, and stop with that
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            Runnable answer =
                () -> {
                  answer(request, response);
                  callback.succeeded();
                };
            Content.Source.consumeAll(request, Callback.from(answer, callback::failed));
            return true;
          }
        });
    unchecked(server::start);
    identity.onChange(
        now -> unchecked(() -> ssl.reload(factory -> factory.setSslContext(now.tls()))));
  }

  private void answer(Request request, Response response) {
    Pod pod = pods.get(request.getConnectionMetaData().getConnector().getName());
    if (pod != null) {
      response.getHeaders().put(POD, pod.name()).put(ZONE, pod.zone()).put(TRACK, pod.track());
    }
    if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
        instanceof EndPoint.SslSessionData session) {
      X509Certificate caller = session.peerCertificates()[0];
      String authority = caller.getIssuerX500Principal().getName().replaceFirst("^CN=", "");
      response
          .getHeaders()
          .put(CALLER, Identity.workload(caller).orElse(""))
          .put(CALLER_PORT, Integer.toString(Request.getRemotePort(request)))
          .put(CERTIFICATE, authority + "/" + caller.getSerialNumber());
    }
  }

  /** Starts the server of a pod, at any port of an address, and returns where it listens. */
  InetSocketAddress start(Pod pod, String address) {
    HttpConfiguration http = new HttpConfiguration();
    http.addCustomizer(new SecureRequestCustomizer(false));
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
    alpn.setDefaultProtocol("http/1.1");
    ServerConnector connector =
        new ServerConnector(
            server,
            null,
            null,
            null,
            0,
            1,
            new SslConnectionFactory(ssl, alpn.getProtocol()),
            alpn,
            new HTTP2ServerConnectionFactory(http),
            new HttpConnectionFactory(http));
    connector.setName(pod.name());
    connector.setHost(address);
    connector.setShutdownIdleTimeout(0);
    pods.put(pod.name(), pod);
    connectors.put(pod.name(), connector);
    server.addConnector(connector);
    unchecked(connector::start);
    return new InetSocketAddress(address, connector.getLocalPort());
  }

  /** Ends the server of a pod as SIGKILL would: its port is closed, and its connections break. */
  void kill(Pod pod) {
    ServerConnector connector = connectors.remove(pod.name());
    if (connector != null) {
      connector.getConnectedEndPoints().forEach(EndPoint::close);
      unchecked(connector::stop);
      server.removeConnector(connector);
    }
  }

  /** How many connections are open to a pod. */
  int connections(Pod pod) {
    ServerConnector connector = connectors.get(pod.name());
    return connector == null ? 0 : connector.getConnectedEndPoints().size();
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void unchecked(Action action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    unchecked(server::stop);
  }
}
