package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Real gRPC servers on addresses of the loopback network, all on one port, as the pods of one
 * Service have it. Each answers with its address.
 */
final class Servers implements AutoCloseable {

  private static final AtomicInteger NEXT_PORT = new AtomicInteger(23_000);

  private final Map<String, Server> servers = new ConcurrentHashMap<>();
  private final EventLoopGroup boss = new NioEventLoopGroup(1);
  private final EventLoopGroup workers = new NioEventLoopGroup(2);
  private final Map<String, Connections> connections = new ConcurrentHashMap<>();
  private int port;

  /** The connections of one address, over all servers that were there. */
  private static final class Connections extends ServerTransportFilter {
    private static final Attributes.Key<Boolean> ACCEPTED = Attributes.Key.create("accepted");
    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public Attributes transportReady(Attributes attributes) {
      accepted.incrementAndGet();
      return attributes.toBuilder().set(ACCEPTED, true).build();
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      if (attributes != null && attributes.get(ACCEPTED) != null) { // else nothing was said on it
        closed.incrementAndGet();
      }
    }
  }

  /** How many connections an address has accepted so far. */
  int accepted(String address) {
    return connections(address).accepted.get();
  }

  /** How many connections all addresses have accepted so far. */
  int accepted() {
    return connections.values().stream().mapToInt(each -> each.accepted.get()).sum();
  }

  /** How many connections to an address are open. */
  int open(String address) {
    Connections there = connections(address);
    int closed = there.closed.get();
    return there.accepted.get() - closed;
  }

  /** How many connections are open. */
  int open() {
    return connections.keySet().stream().mapToInt(this::open).sum();
  }

  private Connections connections(String address) {
    return connections.computeIfAbsent(address, each -> new Connections());
  }

  int port() {
    return port;
  }

  /** Starts a server; the first one chooses the port. */
  void start(String address) {
    start(address, text -> address);
  }

  void start(String address, UnaryOperator<String> answer) {
    serve(address, InsecureServerCredentials.create(), Echo.service(answer));
  }

  /** Starts a server of other services. */
  void serve(String address, ServerCredentials credentials, BindableService... services) {
    while (true) {
      int attempt = port == 0 ? NEXT_PORT.incrementAndGet() : port;
      try {
        Server server =
            NettyServerBuilder.forAddress(new InetSocketAddress(address, attempt), credentials)
                .bossEventLoopGroup(boss)
                .workerEventLoopGroup(workers)
                .channelType(NioServerSocketChannel.class)
                .directExecutor()
                .addTransportFilter(connections(address))
                .addServices(Arrays.stream(services).map(BindableService::bindService).toList())
                .build()
                .start();
        port = attempt;
        servers.put(address, server);
        return;
      } catch (IOException e) {
        if (port != 0 || !(e.getCause() instanceof BindException)) {
          throw new IllegalStateException(address + ":" + attempt, e);
        }
      }
    }
  }

  /** Lets the calls of a server end, and refuses new ones. */
  void stop(String address) {
    Server server = servers.remove(address);
    if (server != null) {
      server.shutdown();
    }
  }

  /** Breaks the connections of a server. */
  void kill(String address) {
    Server server = servers.remove(address);
    if (server != null) {
      server.shutdownNow();
      try {
        server.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    servers.keySet().forEach(this::kill);
    boss.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    workers.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
