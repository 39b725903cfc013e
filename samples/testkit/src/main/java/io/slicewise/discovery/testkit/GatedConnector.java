package io.slicewise.discovery.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** A connector that can stop listening and listen again on the same port while it runs. */
final class GatedConnector extends ServerConnector {

  private final Gate gate = new Gate();
  private final Object listenLock = new Object();
  // Guarded by listenLock, as is everything below.
  private @Nullable ServerSocketChannel listening;
  private @Nullable Socket reservation;
  private boolean accepting;

  GatedConnector(Server server, ConnectionFactory... factories) {
    // One acceptor thread and one selector: loopback needs no more, and tests start many servers.
    super(server, null, null, null, 1, 1, factories);
  }

  Gate gate() {
    return gate;
  }

  @Override
  protected ServerSocketChannel openAcceptChannel() throws IOException {
    ServerSocketChannel channel = super.openAcceptChannel();
    // A random port is chosen once.
    setPort(channel.socket().getLocalPort());
    synchronized (listenLock) {
      listening = channel;
      listenLock.notifyAll();
    }
    return channel;
  }

  /** Opens the port again if it is closed, unless the server has ended for good. */
  void listen() throws IOException {
    synchronized (listenLock) {
      if (listening == null && isRunning()) {
        openAcceptChannel();
        release();
      }
    }
  }

  /** Closes the port; connections that exist go on. */
  void refuse() throws IOException {
    synchronized (listenLock) {
      if (listening == null) {
        return;
      }
      listening.close();
      listening = null;
      awaitAcceptor();
      if (isRunning()) {
        reserve();
      }
    }
  }

  /** The kernel keeps the port open for as long as a thread is inside accept(). */
  private void awaitAcceptor() {
    boolean interrupted = false;
    while (accepting) {
      try {
        listenLock.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Binds the port without listening, so that nobody else on the machine gets it meanwhile. */
  private void reserve() throws IOException {
    Socket socket = new Socket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(getHost(), getPort()));
    reservation = socket;
  }

  private void release() throws IOException {
    if (reservation != null) {
      reservation.close();
      reservation = null;
    }
  }

  @Override
  public void accept(int acceptorId) throws IOException {
    try {
      SocketChannel channel = acceptNext();
      channel.configureBlocking(false);
      configure(channel.socket());
      getSelectorManager().accept(channel);
    } catch (ClosedChannelException e) {
      // The port was closed under the acceptor, which then waits for it to open again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SocketChannel acceptNext() throws IOException, InterruptedException {
    ServerSocketChannel open;
    synchronized (listenLock) {
      while (listening == null) {
        listenLock.wait();
      }
      open = listening;
      accepting = true;
    }
    try {
      return open.accept();
    } finally {
      synchronized (listenLock) {
        accepting = false;
        listenLock.notifyAll();
      }
    }
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    synchronized (listenLock) {
      if (listening != null) {
        listening.close();
        listening = null;
      }
      release();
    }
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    GatedEndPoint endPoint =
        new GatedEndPoint(channel, selector, key, getScheduler(), gate, getExecutor());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  List<GatedEndPoint> connections() {
    List<GatedEndPoint> connections = new ArrayList<>();
    for (EndPoint endPoint : getConnectedEndPoints()) {
      if (endPoint instanceof GatedEndPoint gated) {
        connections.add(gated);
      }
    }
    return connections;
  }

  /** Ends the connections whose client has gone without a word. */
  void dropGoneClients() {
    for (GatedEndPoint connection : connections()) {
      if (connection.isPeerGone()) {
        connection.close();
      }
    }
  }
}
