package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.ServiceTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An application that calls at a steady rate, with its libraries in turn. */
final class CheckoutClient implements AutoCloseable {

  /** Each waits on a thread of its own. */
  private static final int MOST_UNDER_WAY = 1_000;

  /** Longer than any call takes, with both of its attempts. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record Caller(String library, Calls calls) {}

  private final List<Caller> callers = new ArrayList<>();
  private final Tally tally;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("timer"));
  private final ExecutorService threads =
      Executors.newCachedThreadPool(new DaemonThreads("caller"));
  private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile boolean closed;

  /** Creates a client that waits for {@link #start}, with a watch for each library. */
  CheckoutClient(
      ServiceDiscovery discovery,
      ServiceTarget target,
      WatchOptions options,
      Collection<Library> libraries,
      Tally tally) {
    this.tally = tally;
    for (Library library : libraries) {
      String name = library.name().toLowerCase(Locale.ROOT);
      callers.add(new Caller(name, library.open(discovery, target, options)));
    }
  }

  /**
   * Has each library call once and waits for the answers: what is loaded and compiled then holds up
   * nothing later.
   */
  void warmUp() {
    for (Caller caller : callers) {
      call(caller, numbers.incrementAndGet());
    }
  }

  void start(int callsPerSecond) {
    long period = TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
    timer.scheduleAtFixedRate(this::next, 0, period, TimeUnit.NANOSECONDS);
  }

  private void next() {
    if (closed) {
      return;
    }
    int number = numbers.incrementAndGet();
    Caller caller = callers.get(Math.floorMod(number, callers.size()));
    if (room.tryAcquire()) {
      threads.execute(
          () -> {
            call(caller, number);
            room.release();
          });
    } else {
      tally.failed(caller.library(), MOST_UNDER_WAY + " calls are under way");
    }
  }

  private void call(Caller caller, int number) {
    try {
      Answer answer = caller.calls().get("/orders/" + number);
      if (answer.status() == 200) {
        tally.answered(caller.library(), Pod.parse(answer.body()));
      } else {
        tally.failed(caller.library(), "status " + answer.status());
      }
    } catch (IOException | RuntimeException e) { // no endpoint, a pool that is full
      tally.failed(caller.library(), String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // given up by close()
    }
  }

  /** Ends: calls under way are waited for. */
  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    try {
      boolean unused = room.tryAcquire(MOST_UNDER_WAY, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    callers.forEach(caller -> caller.calls().close());
  }
}
