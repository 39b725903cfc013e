package io.slicewise.discovery.testkit;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection, which the {@link Gate} can silence below TLS and HTTP/2.
 *
 * <p>Below, because a server that hangs does not answer an HTTP/2 ping or a TLS handshake either.
 */
final class GatedEndPoint extends SocketChannelEndPoint {

  private final Gate gate;
  private final Executor executor;
  private final Object readLock = new Object();
  private ByteBuffer ahead = ByteBuffer.allocate(0); // guarded by readLock
  private volatile boolean abandoned;

  GatedEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      Gate gate,
      Executor executor) {
    super(channel, selector, key, scheduler);
    this.gate = gate;
    this.executor = executor;
  }

  @Override
  public boolean flush(ByteBuffer... buffers) throws IOException {
    if (!abandoned && !gate.isClosed()) {
      return super.flush(buffers);
    }
    for (ByteBuffer buffer : buffers) {
      if (buffer.hasRemaining()) {
        return false;
      }
    }
    return true;
  }

  @Override
  protected void onIncompleteFlush() {
    // Asking the selector instead would spin: the socket itself is writable all the time.
    if (!abandoned && !gate.hold(this)) {
      super.onIncompleteFlush();
    }
  }

  void resume() {
    if (!abandoned) {
      super.onIncompleteFlush();
    }
  }

  /** From now on nothing is read or written, for good, and the client hears nothing of it. */
  void abandon() {
    abandoned = true;
    gate.forget(this);
  }

  /**
   * Whether the client has gone. Jetty does not read an HTTP/1.1 connection while it answers a
   * request, so it would notice at the next write only, and a quiet watch has none.
   */
  boolean isPeerGone() {
    if (!abandoned && isFillInterested()) {
      return false;
    }
    synchronized (readLock) {
      try {
        int count;
        do {
          // What comes before the end, such as a TLS close_notify, is kept for Jetty to read.
          ByteBuffer read = ByteBuffer.allocate(ahead.remaining() + 1024);
          read.put(ahead);
          count = getChannel().read(read);
          ahead = read.flip();
        } while (count > 0);
        return count < 0;
      } catch (IOException e) {
        return true;
      }
    }
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    if (abandoned) {
      return 0;
    }
    // Under the lock as a whole: bytes read ahead must not be overtaken by later ones.
    synchronized (readLock) {
      return ahead.hasRemaining() ? takeAhead(buffer) : super.fill(buffer);
    }
  }

  /** Jetty's buffers are always ready to be read; what is added goes behind their limit. */
  private int takeAhead(ByteBuffer buffer) {
    int count = Math.min(ahead.remaining(), buffer.capacity() - buffer.limit());
    int start = buffer.limit();
    buffer.limit(start + count);
    for (int i = 0; i < count; i++) {
      buffer.put(start + i, ahead.get());
    }
    return count;
  }

  @Override
  protected void needsFillInterest() {
    if (abandoned) {
      return; // what has come in stays unread, and asking the selector would spin
    }
    synchronized (readLock) {
      if (ahead.hasRemaining()) {
        executor.execute(() -> getFillInterest().fillable());
        return;
      }
    }
    super.needsFillInterest();
  }

  /** Ends the connection without any goodbye: the client sees a reset. */
  void breakOff() {
    try {
      getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException | UnsupportedOperationException e) {
      // Closed already, which is all that is wanted.
    }
    close();
  }

  @Override
  public void onClose(@Nullable Throwable cause) {
    gate.forget(this);
    super.onClose(cause);
  }
}
