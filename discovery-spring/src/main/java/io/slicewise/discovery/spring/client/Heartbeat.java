package io.slicewise.discovery.spring.client;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Publishes a {@link HeartbeatEvent}, with a value of its own each time, when the Services or their
 * instances have changed: at once if there was none for a while, else when that while is over. From
 * when the context is ready until it closes.
 *
 * <p>Events are published on one thread of its own, so that a listener which takes its time holds
 * up nothing but heartbeats.
 */
final class Heartbeat implements ApplicationListener<ApplicationContextEvent>, AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Heartbeat.class);

  private final ApplicationContext context;
  private final long interval;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService executor;
  private final AtomicBoolean told = new AtomicBoolean();

  // Confined to the executor.
  private boolean ready;
  private boolean due;
  private boolean planned;
  private long value;
  private long publishedAt;

  /**
   * Creates one that has nothing to publish yet.
   *
   * @param interval the shortest time between two events
   * @param executor one thread, shut down by {@link #close()}
   */
  Heartbeat(
      ApplicationContext context,
      Duration interval,
      LongSupplier nanoTime,
      ScheduledExecutorService executor) {
    this.context = context;
    this.interval = interval.toNanos();
    this.nanoTime = nanoTime;
    this.executor = executor;
  }

  /** Takes note of a change. Quick, from any thread. */
  void changed() {
    if (told.compareAndSet(false, true)) {
      execute(
          () -> {
            told.set(false);
            due = true;
            beat();
          });
    }
  }

  @Override
  public void onApplicationEvent(ApplicationContextEvent event) {
    if (event.getApplicationContext() != context) {
      return; // a child's
    }
    if (event instanceof ContextRefreshedEvent) {
      execute(
          () -> {
            ready = true;
            beat();
          });
    } else if (event instanceof ContextClosedEvent) {
      close(); // listeners may be gone from here on
    }
  }

  private void beat() {
    if (!ready || !due || planned) {
      return;
    }
    long wait = value == 0 ? 0 : publishedAt + interval - nanoTime.getAsLong();
    if (wait > 0) {
      planned = true;
      executor.schedule(
          () -> {
            planned = false;
            beat();
          },
          wait,
          TimeUnit.NANOSECONDS);
      return;
    }
    due = false;
    value++;
    publishedAt = nanoTime.getAsLong();
    try {
      context.publishEvent(new HeartbeatEvent(this, value));
    } catch (RuntimeException e) {
      if (!executor.isShutdown()) {
        LOGGER.error("a listener of the HeartbeatEvent failed; it is still told", e);
      }
    }
  }

  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      // closed: nobody is left to tell
    }
  }

  /** Publishes no more. Idempotent, and does not wait for a listener. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
