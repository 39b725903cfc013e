package io.slicewise.discovery.grpc;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this process was kept from running: a thread that sleeps for a millisecond over and over
 * notes how much longer it was. Pauses of the machine and of the JVM show there, whatever the other
 * threads do, and are none of the delays that a channel adds.
 */
final class Hiccups implements AutoCloseable {

  private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(1);

  private final Thread thread = new Thread(this::run, "hiccups");
  private volatile boolean closed;
  private volatile long since;
  private volatile long longest; // written by the thread only

  Hiccups() {
    since = System.nanoTime();
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long from = since;
    while (!closed) {
      long before = System.nanoTime();
      LockSupport.parkNanos(PERIOD);
      long late = System.nanoTime() - before - PERIOD;
      if (from != since) {
        from = since;
        longest = 0;
      } else if (late > longest) {
        longest = late;
      }
    }
  }

  /** Forgets what was so far. */
  void reset() {
    since = System.nanoTime();
  }

  /** The longest one since the last reset. */
  double longestMillis() {
    return longest / 1e6;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
