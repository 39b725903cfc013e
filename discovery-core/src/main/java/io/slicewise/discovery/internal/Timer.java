package io.slicewise.discovery.internal;

import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One delayed task at a time on a writer; setting it again replaces it. Confined to the writer. */
final class Timer {

  private final Environment environment;
  private final SerialExecutor writer;
  private @Nullable Future<?> pending;
  private long generation;

  Timer(Environment environment, SerialExecutor writer) {
    this.environment = environment;
    this.writer = writer;
  }

  void set(Duration delay, Runnable task) {
    cancel();
    long mine = generation;
    pending =
        environment.schedule(
            delay,
            writer,
            () -> {
              if (mine == generation) { // else cancelled while it waited in the writer's queue
                pending = null;
                generation++;
                task.run();
              }
            });
  }

  boolean isSet() {
    return pending != null;
  }

  void cancel() {
    generation++;
    if (pending != null) {
      pending.cancel(false);
      pending = null;
    }
  }
}
