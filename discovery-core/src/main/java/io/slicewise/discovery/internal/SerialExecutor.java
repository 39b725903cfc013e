package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A first-in first-out queue of tasks over a shared executor: never two at once, never on the
 * thread that hands one in. A task that throws is logged and the next one runs.
 *
 * <p>A long queue gives the thread back after a batch, so that many queues share few threads
 * fairly. Once the executor is shut down, tasks are dropped silently: that is the end of discovery.
 */
final class SerialExecutor implements Executor {

  private static final Logger LOGGER = System.getLogger(SerialExecutor.class.getName());
  private static final int BATCH = 64;

  private final Executor delegate;
  private final Object lock = new Object();
  private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by lock
  private boolean scheduled; // guarded by lock

  SerialExecutor(Executor delegate) {
    this.delegate = requireNonNull(delegate, "delegate");
  }

  @Override
  public void execute(Runnable task) {
    requireNonNull(task, "task");
    synchronized (lock) {
      tasks.add(task);
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    handOver();
  }

  private void handOver() {
    try {
      delegate.execute(this::drain);
    } catch (RejectedExecutionException e) {
      synchronized (lock) {
        tasks.clear();
        scheduled = false;
      }
    }
  }

  private void drain() {
    for (int i = 0; i < BATCH; i++) {
      Runnable task = next();
      if (task == null) {
        return;
      }
      try {
        task.run();
      } catch (Throwable e) {
        LOGGER.log(Level.ERROR, "a discovery task failed; discovery goes on", e);
      }
    }
    handOver();
  }

  private @Nullable Runnable next() {
    synchronized (lock) {
      Runnable task = tasks.poll();
      if (task == null) {
        scheduled = false;
      }
      return task;
    }
  }
}
