package io.slicewise.discovery.samples.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A server that does what the path says, once or for ever, and remembers how it was asked. */
final class TestPod implements AutoCloseable {

  /**
   * A request.
   *
   * @param host of the header, or {@code :authority}
   * @param sni empty without one
   */
  record Seen(String version, String host, String path, String sni) {}

  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final DisposableServer server;
  private volatile int status = 200;

  TestPod(String host, int port, @Nullable SslContext tls) {
    HttpServer transport =
        HttpServer.create().host(host).port(port).channelGroup(connections).handle(this::handle);
    if (tls != null) {
      transport =
          transport
              .protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
              .secure(spec -> spec.sslContext(tls));
    }
    server = transport.bindNow();
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    request.withConnection(connection -> note(request, connection.channel()));
    return switch (request.path()) {
      case "hang" -> Mono.never();
      case "break" -> {
        response.withConnection(connection -> connection.channel().close());
        yield Mono.never();
      }
      default -> response.status(status).sendString(Mono.just("at " + host() + ":" + port()));
    };
  }

  private void note(HttpServerRequest request, Channel channel) {
    SslHandler own = channel.pipeline().get(SslHandler.class);
    SslHandler tls = own == null ? channel.parent().pipeline().get(SslHandler.class) : own;
    String host = String.join(" and ", request.requestHeaders().getAll("host"));
    seen.add(new Seen(request.version().text(), host, request.uri(), tls == null ? "" : sni(tls)));
  }

  private static String sni(SslHandler tls) {
    return ((ExtendedSSLSession) tls.engine().getSession())
        .getRequestedServerNames().stream()
            .map(name -> ((SNIHostName) name).getAsciiName())
            .findFirst()
            .orElse("");
  }

  /** Answers with this from now on. */
  TestPod status(int status) {
    this.status = status;
    return this;
  }

  String host() {
    return server.host();
  }

  int port() {
    return server.port();
  }

  List<Seen> seen() {
    return seen;
  }

  /** Is gone, its connections too. */
  @Override
  public void close() {
    server.disposeNow();
    connections.close().syncUninterruptibly();
  }
}
