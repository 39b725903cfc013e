package io.slicewise.discovery.testkit;

import java.io.IOException;
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
  private @Nullable ServerSocketChannel listening; // guarded by listenLock

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

  /** Opens the port again if it is closed. */
  void listen() throws IOException {
    synchronized (listenLock) {
      if (listening == null) {
        openAcceptChannel();
      }
    }
  }

  /** Closes the port; connections that exist go on. */
  void refuse() throws IOException {
    synchronized (listenLock) {
      if (listening != null) {
        listening.close();
        listening = null;
      }
    }
  }

  @Override
  public void accept(int acceptorId) throws IOException {
    try {
      SocketChannel channel = awaitListening().accept();
      channel.configureBlocking(false);
      configure(channel.socket());
      getSelectorManager().accept(channel);
    } catch (ClosedChannelException e) {
      // The port was closed under the acceptor, which then waits for it to open again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServerSocketChannel awaitListening() throws InterruptedException {
    synchronized (listenLock) {
      while (listening == null) {
        listenLock.wait();
      }
      return listening;
    }
  }

  @Override
  protected void doStop() throws Exception {
    refuse();
    super.doStop();
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
