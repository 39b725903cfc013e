package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An application that calls a Service all the time: it picks on a thread of its own, and keeps what
 * it picked, what it was told and what it was refused.
 */
final class Caller implements AutoCloseable {

  private static final long BETWEEN_PICKS_NANOS = 100_000;
  private static final int SOME = 30;

  private final ServiceWatch watch;
  private final Thread thread;
  private final AtomicLong rounds = new AtomicLong();
  private final Set<String> picked = new ConcurrentSkipListSet<>();
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;

  Caller(ServiceWatch watch) {
    this.watch = watch;
    watch.subscribe(this::hear);
    thread = new Thread(this::call, "fault-caller");
    thread.setDaemon(true);
    thread.start();
  }

  private void hear(ServiceView view) {
    String line = line(view);
    if (heard.isEmpty() || !heard.get(heard.size() - 1).equals(line)) {
      heard.add(line);
    }
  }

  private void call() {
    while (!stopped) {
      try {
        picked.add(watch.pick().authority());
      } catch (NoEndpointException e) {
        refusals.add(e.getMessage());
      }
      rounds.incrementAndGet();
      LockSupport.parkNanos(BETWEEN_PICKS_NANOS);
    }
  }

  /** State and eligible addresses: {@code STALE 10.0.0.1 10.0.0.2}. */
  static String line(ServiceView view) {
    StringBuilder line = new StringBuilder(view.state().name());
    new TreeSet<>(view.eligible().stream().map(Endpoint::address).toList())
        .forEach(address -> line.append(' ').append(address));
    return line.toString();
  }

  /** The views that it was told, in order, each once in a row. */
  List<String> heard() {
    return List.copyOf(heard);
  }

  /** What it was told instead of an endpoint. */
  List<String> refusals() {
    return List.copyOf(refusals);
  }

  void forgetRefusals() {
    awaitRounds(2); // one may be under way
    refusals.clear();
  }

  /** What the next picks choose, as {@code address:port}. */
  Set<String> nextPicks() {
    awaitRounds(2); // one may be under way
    picked.clear();
    awaitRounds(SOME);
    return new TreeSet<>(picked);
  }

  private void awaitRounds(int count) {
    long enough = rounds.get() + count;
    await()
        .pollInSameThread()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> rounds.get() >= enough);
  }

  /** Asserts that it has found somebody to call each time. */
  void assertNeverRefused() {
    assertThat(refusals).isEmpty();
    assertThat(heard).allMatch(line -> line.contains(" ") || line.equals("PENDING"));
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
