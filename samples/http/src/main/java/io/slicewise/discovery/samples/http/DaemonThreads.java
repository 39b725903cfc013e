package io.slicewise.discovery.samples.http;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads with a name, which keep no process alive. */
final class DaemonThreads implements ThreadFactory {

  private final String role;
  private final AtomicInteger count = new AtomicInteger();

  DaemonThreads(String role) {
    this.role = role;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "checkout-" + role + "-" + count.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
