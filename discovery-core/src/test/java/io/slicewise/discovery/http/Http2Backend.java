package io.slicewise.discovery.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.RawHTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
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
import org.jspecify.annotations.Nullable;

/** An HTTP/2 server of one pod: with TLS, without, or on the level of streams. */
final class Http2Backend implements AutoCloseable {

  /** A request as the server saw it. */
  record Seen(String protocol, String authority, String path, String sni) {}

  private final Server server;
  private final ServerConnector connector;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  /** One that chooses its certificate by SNI, and refuses a Host that the certificate is not of. */
  static Http2Backend tls(String host, TestCertificates certificates) throws Exception {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.addCustomizer(new SecureRequestCustomizer(true));
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setKeyStore(certificates.keys());
    ssl.setKeyStorePassword(TestCertificates.PASSWORD);
    ssl.setSniRequired(true);
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
    return new Http2Backend(
        host,
        new SslConnectionFactory(ssl, "alpn"),
        alpn,
        new HTTP2ServerConnectionFactory(configuration),
        new HttpConnectionFactory(configuration));
  }

  static Http2Backend plain(String host) throws Exception {
    HttpConfiguration configuration = new HttpConfiguration();
    return new Http2Backend(
        host,
        new HttpConnectionFactory(configuration),
        new HTTP2CServerConnectionFactory(configuration));
  }

  static Http2Backend raw(String host, ServerSessionListener listener) throws Exception {
    return new Http2Backend(
        host, new RawHTTP2ServerConnectionFactory(new HttpConfiguration(), listener));
  }

  private Http2Backend(String host, ConnectionFactory... protocols) throws Exception {
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setDaemon(true);
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1, protocols);
    connector.setHost(host);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            seen.add(
                new Seen(
                    request.getConnectionMetaData().getHttpVersion().asString(),
                    request.getHttpURI().getAuthority(),
                    request.getHttpURI().getPath(),
                    sni(request)));
            Content.Sink.write(response, true, "hello", callback);
            return true;
          }
        });
    server.start();
  }

  private static String sni(Request request) {
    @Nullable Object data = request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
    if (data instanceof EndPoint.SslSessionData known
        && known.sslSession() instanceof ExtendedSSLSession session) {
      return session.getRequestedServerNames().stream()
          .map(name -> ((SNIHostName) name).getAsciiName())
          .findFirst()
          .orElse("");
    }
    return "";
  }

  String host() {
    return connector.getHost();
  }

  int port() {
    return connector.getLocalPort();
  }

  List<Seen> seen() {
    return seen;
  }

  int openConnections() {
    return connector.getConnectedEndPoints().size();
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}
