package io.slicewise.discovery.kubernetes;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for tests, named as the source's own. */
final class ReaderThreads {

  private ReaderThreads() {}

  static ThreadFactory daemons() {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "slicewise-reader-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  static Executor perTask() {
    ThreadFactory threads = daemons();
    return task -> threads.newThread(task).start();
  }
}
