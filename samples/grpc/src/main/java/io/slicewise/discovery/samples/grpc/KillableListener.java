package io.slicewise.discovery.samples.grpc;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A listening socket that can end as the kernel ends those of a killed process: connections are
 * closed without the goodbye that HTTP/2 has for its clients.
 */
final class KillableListener extends NioServerSocketChannel {

  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int count = super.doReadMessages(accepted);
    for (Object each : accepted.subList(before, accepted.size())) {
      Channel connection = (Channel) each;
      connections.add(connection);
      connection.closeFuture().addListener(closed -> connections.remove(connection));
    }
    return count;
  }

  /** Closes everything, now. */
  void kill() {
    cut(this);
    connections.forEach(KillableListener::cut);
  }

  /** Closes past the handlers, which would send a GOAWAY. */
  private static void cut(Channel channel) {
    if (channel.isRegistered()) {
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }
  }
}
