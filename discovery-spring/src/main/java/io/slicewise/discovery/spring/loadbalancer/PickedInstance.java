package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.SliceServiceInstance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The instance for one request, and the calls that are made to it. Whoever keeps it may call it
 * more than once, also at the same time: each call is counted from its beginning to its end. Thread
 * safe.
 */
final class PickedInstance extends SliceServiceInstance {

  /** How many of the endpoints that a request has tried are remembered. */
  private static final int MOST_TRIED = 16;

  private final ServiceWatch watch;
  private final @Nullable Lease first; // open from the choice on
  private final List<Endpoint> before;
  private boolean begun; // guarded by this
  private boolean untilRead; // guarded by this
  private boolean answered; // guarded by this
  private @Nullable Deque<Lease> later; // guarded by this

  private PickedInstance(
      FollowedService followed, Endpoint endpoint, @Nullable Lease first, List<Endpoint> before) {
    super(followed.service(), endpoint, followed.watch().view());
    this.watch = followed.watch();
    this.first = first;
    this.before = before;
  }

  /** Picks an instance that nothing is known to be called on: it is counted when it is called. */
  static PickedInstance pick(FollowedService followed) {
    return new PickedInstance(followed, followed.watch().pick(), null, List.of());
  }

  /**
   * Picks an instance that is about to be called.
   *
   * @param tried the endpoints to avoid, the last one last
   */
  static PickedInstance acquire(FollowedService followed, List<Endpoint> tried) {
    ServiceWatch watch = followed.watch();
    Lease lease = tried.isEmpty() ? watch.acquire() : watch.acquireOther(tried);
    return new PickedInstance(followed, lease.endpoint(), lease, tried);
  }

  /** The endpoints that the request has tried, this one included and last. */
  List<Endpoint> tried() {
    List<Endpoint> all = new ArrayList<>(before.size() + 1);
    all.addAll(before.size() < MOST_TRIED ? before : before.subList(1, before.size()));
    all.add(endpoint());
    return all;
  }

  /** A call begins. */
  synchronized void begin() {
    if (first != null && !begun) {
      begun = true;
      return;
    }
    if (later == null) {
      later = new ArrayDeque<>(2);
    }
    later.add(watch.acquire(endpoint()));
  }

  /** Has calls count until their answers are read, of which {@link #close} will tell. */
  synchronized void holdUntilRead() {
    untilRead = true;
  }

  /** A call has ended, or the head of its answer is there; which one of them is all the same. */
  void end(Outcome outcome) {
    if (!isHeld(outcome)) {
      endNext(outcome);
    }
  }

  private synchronized boolean isHeld(Outcome outcome) {
    if (!untilRead || outcome != Outcome.SUCCESS) {
      return false;
    }
    answered = true;
    return true;
  }

  private void endNext(Outcome outcome) {
    Lease ended = next();
    if (ended != null) {
      ended.end(outcome);
    }
  }

  private synchronized @Nullable Lease next() {
    Lease last = later == null ? null : later.poll();
    return last == null ? first : last;
  }

  /** Whether the head of an answer is there, and the rest of it is waited for. */
  synchronized boolean isAnswered() {
    return answered;
  }

  /**
   * Nobody will say any more how the calls end. Idempotent.
   *
   * @param read what to make of a call that was answered; of others nothing is known
   */
  void close(Outcome read) {
    Outcome outcome;
    synchronized (this) {
      begun = true;
      untilRead = false;
      outcome = answered ? read : Outcome.UNKNOWN;
    }
    while (later() > 0) {
      endNext(outcome);
    }
    endNext(outcome);
  }

  private synchronized int later() {
    return later == null ? 0 : later.size();
  }
}
