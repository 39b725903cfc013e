package io.slicewise.discovery.samples.mesh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Mutual TLS for OkHttp by an identity that changes: new connections are made with the current one,
 * a connection of an older one takes a last call and closes when its calls have ended. Nothing is
 * cut. Thread safe.
 *
 * <p>Idle connections that nobody uses again go with the client's keep-alive.
 */
final class MutualTls extends SSLSocketFactory implements Interceptor {

  private final RotatingIdentity identity;
  private final Map<Socket, Identity> madeWith = Collections.synchronizedMap(new WeakHashMap<>());

  MutualTls(RotatingIdentity identity) {
    this.identity = identity;
  }

  OkHttpClient.Builder configure(OkHttpClient.Builder client) {
    // The handshake is checked by the socket's own context. OkHttp takes the trust manager, and
    // keeps its authorities, only for pinning and for those who ask for the cleaned chain.
    return client.sslSocketFactory(this, identity.current().trust()).addNetworkInterceptor(this);
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Connection connection = chain.connection();
    if (connection != null && madeWith.get(connection.socket()) != identity.current()) {
      // OkHttp gives such a connection no other call, over HTTP/2 too, where nothing is sent of it.
      request = request.newBuilder().header("Connection", "close").build();
    }
    return chain.proceed(request);
  }

  private interface Maker {
    Socket make(SSLSocketFactory factory) throws IOException;
  }

  private Socket make(Maker maker) throws IOException {
    Identity with = identity.current();
    Socket socket = maker.make(with.tls().getSocketFactory());
    madeWith.put(socket, with);
    return socket;
  }

  /** The one that OkHttp uses: TLS over a connection to a pod, under the Service's name. */
  @Override
  public Socket createSocket(Socket connection, String host, int port, boolean autoClose)
      throws IOException {
    return make(factory -> factory.createSocket(connection, host, port, autoClose));
  }

  @Override
  public Socket createSocket() throws IOException {
    return make(SSLSocketFactory::createSocket);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return make(factory -> factory.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return make(factory -> factory.createSocket(host, port, local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return make(factory -> factory.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return make(factory -> factory.createSocket(host, port, local, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return identity.current().tls().getSocketFactory().getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return identity.current().tls().getSocketFactory().getSupportedCipherSuites();
  }
}
