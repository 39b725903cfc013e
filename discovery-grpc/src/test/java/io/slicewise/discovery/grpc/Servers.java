package io.slicewise.discovery.grpc;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
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
  private int port;

  int port() {
    return port;
  }

  /** Starts a server; the first one chooses the port. */
  void start(String address) {
    start(address, text -> address);
  }

  void start(String address, UnaryOperator<String> answer) {
    while (true) {
      int attempt = port == 0 ? NEXT_PORT.incrementAndGet() : port;
      try {
        Server server =
            NettyServerBuilder.forAddress(new InetSocketAddress(address, attempt))
                .bossEventLoopGroup(boss)
                .workerEventLoopGroup(workers)
                .channelType(NioServerSocketChannel.class)
                .directExecutor()
                .addService(Echo.service(answer))
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
