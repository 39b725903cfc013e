package io.slicewise.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that discovery makes for itself and has to end; those that the application gives are
 * not among them. All are daemons.
 */
final class Threads {

  private final List<ExecutorService> executors = new ArrayList<>();
  private final Set<Thread> made = ConcurrentHashMap.newKeySet(); // those that may still run

  /** Makes the threads that decode what the API server sends, one for each stream. */
  ThreadFactory readers() {
    return daemons("slicewise-reader-");
  }

  /** Makes the two threads that all writers share. */
  ScheduledExecutorService newWriters() {
    ScheduledThreadPoolExecutor writers =
        new ScheduledThreadPoolExecutor(2, daemons("slicewise-writer-"));
    writers.setRemoveOnCancelPolicy(true);
    writers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executors.add(writers);
    return writers;
  }

  /** Makes the thread that calls listeners. */
  ExecutorService newListeners() {
    ExecutorService listeners = Executors.newSingleThreadExecutor(daemons("slicewise-listener-"));
    executors.add(listeners);
    return listeners;
  }

  /** Makes the thread that reads and writes files. */
  ExecutorService newArchivist() {
    ExecutorService archivist = Executors.newSingleThreadExecutor(daemons("slicewise-archivist-"));
    executors.add(archivist);
    return archivist;
  }

  /** Makes the threads that ask for the addresses of names; there are none while nobody asks. */
  ExecutorService newNames() {
    ThreadPoolExecutor names =
        new ThreadPoolExecutor(
            2, 2, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons("slicewise-names-"));
    names.allowCoreThreadTimeOut(true);
    executors.add(names);
    return names;
  }

  private ThreadFactory daemons(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      made.removeIf(each -> each.getState() == Thread.State.TERMINATED);
      made.add(thread);
      return thread;
    };
  }

  /** Lets the threads end when they have done what is queued for them. */
  void shutdown() {
    executors.forEach(ExecutorService::shutdown);
  }

  /** Waits for all threads to end; false if some have not in time. */
  boolean awaitEnd(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    for (Thread thread : made) {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
      if (thread.isAlive()) {
        return false;
      }
    }
    return true;
  }
}
