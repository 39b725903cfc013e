package io.slicewise.discovery.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An address in front of a server's, which can become a black hole: connections are neither refused
 * nor broken, and no byte of theirs arrives; what was sent arrives when it is whole again, as TCP
 * has it.
 */
final class Wire implements AutoCloseable {

  private final EventLoopGroup group;
  private final InetSocketAddress behind;
  private final Channel front;
  private final Set<Channel> ends = ConcurrentHashMap.newKeySet();
  private volatile boolean whole = true;

  /** Lays a wire from an address to another one of the same port. */
  Wire(EventLoopGroup group, String address, String behind, int port) {
    this.group = group;
    this.behind = new InetSocketAddress(behind, port);
    this.front =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel caller) {
                    connect(caller);
                  }
                })
            .bind(new InetSocketAddress(address, port))
            .syncUninterruptibly()
            .channel();
  }

  private void connect(Channel caller) {
    caller.config().setAutoRead(false);
    new Bootstrap()
        .group(caller.eventLoop())
        .channel(NioSocketChannel.class)
        .handler(new End(caller))
        .connect(behind)
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  if (connected.isSuccess()) {
                    caller.pipeline().addLast(new End(connected.channel()));
                    join(caller);
                    join(connected.channel());
                  } else {
                    caller.close();
                  }
                });
  }

  private void join(Channel end) {
    ends.add(end);
    end.closeFuture().addListener(closed -> ends.remove(end));
    end.config().setAutoRead(whole);
  }

  /** Hands on what comes to the other end. */
  private static final class End extends ChannelInboundHandlerAdapter {
    private final Channel other;

    End(Channel other) {
      this.other = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      other.writeAndFlush(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      other.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** Swallows everything from now on, or hands it on again. */
  void setWhole(boolean handsOn) {
    whole = handsOn;
    front.config().setAutoRead(handsOn);
    ends.forEach(end -> end.config().setAutoRead(handsOn));
  }

  @Override
  public void close() {
    front.close().syncUninterruptibly();
    ends.forEach(Channel::close);
  }
}
