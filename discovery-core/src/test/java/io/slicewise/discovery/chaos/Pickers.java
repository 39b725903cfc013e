package io.slicewise.discovery.chaos;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that call all the time, as the threads of an application do, and look at what they get.
 * Thread safe.
 */
final class Pickers {

  private static final int THREADS = 2;
  private static final long BETWEEN_ROUNDS = 100_000;

  private final Truth truth;
  private final List<Follower> followers;
  private final long bound;
  private final LongAdder picks = new LongAdder();
  private final LongAccumulator stalest = new LongAccumulator(Math::max, 0);
  private final AtomicReference<@Nullable Divergence> divergence = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile long faultlessSince; // 0 while there are faults or what is left of them
  private volatile boolean ended;

  Pickers(Truth truth, List<Follower> followers, Limits limits) {
    this.truth = truth;
    this.followers = followers;
    this.bound = limits.bound().toNanos();
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(this::pickAlways, "chaos-picker-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void pickAlways() {
    Map<Followed, ServiceView> seen = new WeakHashMap<>();
    while (!ended && divergence.get() == null) {
      for (Follower follower : followers) {
        for (Followed followed : follower.followed()) {
          try {
            look(followed, seen);
            pick(followed);
          } catch (Divergence e) {
            divergence.compareAndSet(null, e);
          } catch (RuntimeException e) {
            Divergence unexpected = new Divergence(Divergence.Kind.THROWN, followed + ": " + e);
            unexpected.initCause(e);
            divergence.compareAndSet(null, unexpected);
          }
        }
      }
      LockSupport.parkNanos(BETWEEN_ROUNDS);
    }
  }

  /** Looks at every endpoint of a view that was not seen before. */
  private void look(Followed followed, Map<Followed, ServiceView> seen) {
    long before = System.nanoTime();
    ServiceView view = followed.watch().view();
    ServiceView last = seen.put(followed, view);
    if (last == view) {
      return;
    }
    if (last != null && view.revision() < last.revision()) {
      throw new Divergence(
          Divergence.Kind.BACKWARDS, followed + ": " + view + " came after " + last);
    }
    view.eligible().forEach(endpoint -> judge(followed, endpoint, before));
  }

  private void pick(Followed followed) {
    long before = System.nanoTime();
    try {
      judge(followed, followed.watch().pick(), before);
      try (Lease lease = followed.watch().acquire()) {
        judge(followed, lease.endpoint(), before);
      }
      picks.add(2);
    } catch (NoEndpointException e) {
      if (followed.mustHaveEndpoints(truth, before)) {
        throw new Divergence(
            Divergence.Kind.EMPTY,
            followed
                + ": nobody to pick, and there was somebody all the time: "
                + truth.eligible(followed.target())
                + "; "
                + e.getMessage());
      }
    }
  }

  private void judge(Followed followed, Endpoint endpoint, long before) {
    Identity identity = Identity.of(endpoint);
    Long until = truth.servedUntil(followed.target(), identity);
    if (until == null) {
      throw new Divergence(
          Divergence.Kind.STRANGE, followed + ": picked " + identity + ", which never served it");
    }
    long faultless = faultlessSince;
    if (until == Long.MAX_VALUE || faultless == 0) {
      return;
    }
    long age = before - (until - faultless > 0 ? until : faultless);
    stalest.accumulate(age);
    if (age > bound) {
      throw new Divergence(
          Divergence.Kind.GONE,
          String.format(
              "%s: picked %s, which has been gone for %d ms without any fault",
              followed, identity, Duration.ofNanos(age).toMillis()));
    }
  }

  /** From now on who has gone must not be picked for long. */
  void faultless() {
    faultlessSince = System.nanoTime();
  }

  /** From now on anything old may be picked. */
  void faulty() {
    faultlessSince = 0;
  }

  /** Fails if anything was wrong. */
  void check() {
    Divergence found = divergence.get();
    if (found != null) {
      throw found;
    }
  }

  long picks() {
    return picks.sum();
  }

  /** For how long an endpoint that had gone was picked at most, while there was no fault. */
  Duration stalest() {
    return Duration.ofNanos(stalest.get());
  }

  void close() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
