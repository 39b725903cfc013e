package io.slicewise.discovery.http;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.IpLiteral;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import okhttp3.Dns;

/**
 * Connects the Service's authority to one endpoint: as name service it gives the endpoint's
 * address, as socket factory it puts the endpoint's port in place of the URL's. So the URL, the
 * {@code Host} header, SNI, the certificate check and {@code :authority} stay the Service's.
 *
 * <p>A redirect to another host, or another port of the Service, is followed as by any HTTP client.
 */
final class PinnedSocketFactory extends SocketFactory implements Dns {

  private final Endpoint endpoint;
  private final ServiceUrls urls;
  private final int urlPort;
  private final Dns others;

  /**
   * Creates one for an endpoint.
   *
   * @param urlPort the port in the URLs that mean the endpoint
   * @param others the name service for everything else, and for endpoints that are host names
   */
  PinnedSocketFactory(Endpoint endpoint, ServiceUrls urls, int urlPort, Dns others) {
    this.endpoint = endpoint;
    this.urls = urls;
    this.urlPort = urlPort;
    this.others = others;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    if (!urls.isService(host)) {
      return others.lookup(host);
    }
    List<InetAddress> named = new ArrayList<>();
    for (InetAddress address : addresses()) {
      named.add(InetAddress.getByAddress(host, address.getAddress())); // connect() reads the name
    }
    return named;
  }

  private List<InetAddress> addresses() throws UnknownHostException {
    return endpoint.addressType() == AddressType.FQDN
        ? others.lookup(endpoint.address())
        : List.of(IpLiteral.toInetAddress(endpoint.address()));
  }

  @Override
  public Socket createSocket() {
    return new PinnedSocket();
  }

  private final class PinnedSocket extends Socket {

    PinnedSocket() {
      super(Proxy.NO_PROXY);
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
      InetSocketAddress asked = (InetSocketAddress) address;
      String host = asked.getHostString(); // not getHostName(), which asks a name service
      if (!urls.isService(host)) {
        super.connect(asked, timeout);
      } else if (asked.getPort() != urlPort) {
        super.connect(new InetSocketAddress(others.lookup(host).get(0), asked.getPort()), timeout);
      } else {
        try {
          super.connect(new InetSocketAddress(asked.getAddress(), endpoint.port()), timeout);
        } catch (SocketTimeoutException e) {
          throw (IOException) new SocketTimeoutException(message(e)).initCause(e);
        } catch (ConnectException e) {
          throw (IOException) new ConnectException(message(e)).initCause(e);
        }
      }
    }

    private String message(IOException e) {
      return endpoint + ": " + e.getMessage();
    }
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  private Socket connected(InetSocketAddress address) throws IOException {
    Socket socket = createSocket();
    InetSocketAddress resolved =
        address.isUnresolved()
            ? new InetSocketAddress(lookup(address.getHostString()).get(0), address.getPort())
            : address;
    socket.connect(resolved);
    return socket;
  }
}
