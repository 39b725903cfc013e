package io.slicewise.discovery.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many calls may be made once more: so that a Service in trouble does not get twice the calls.
 *
 * <p>Each call adds the ratio, each second adds three, each retry takes one; 100 are kept at most,
 * and are there at the start. Thread safe, without a lock.
 */
final class RetryBudget {

  private static final long UNIT = 1_000;
  private static final long MOST = 100 * UNIT;
  private static final long NANOS_FOR_ONE = TimeUnit.SECONDS.toNanos(1) / 3;

  private final long perCall;
  private final LongSupplier nanoTime;
  private final AtomicLong balance = new AtomicLong(MOST);
  private final AtomicLong paidUntil;

  /**
   * Creates a full budget.
   *
   * @param ratio retries for each call, 0 for none at all, 1 at most
   */
  RetryBudget(double ratio, LongSupplier nanoTime) {
    this.perCall = Math.round(ratio * UNIT);
    this.nanoTime = nanoTime;
    this.paidUntil = new AtomicLong(nanoTime.getAsLong());
  }

  /** Counts a call. */
  void onCall() {
    if (balance.get() < MOST) {
      add(perCall);
    }
  }

  /** Takes one retry if there is one. */
  boolean take() {
    if (perCall == 0) {
      return false;
    }
    payForTime();
    long before;
    do {
      before = balance.get();
      if (before < UNIT) {
        return false;
      }
    } while (!balance.compareAndSet(before, before - UNIT));
    return true;
  }

  private void payForTime() {
    long from = paidUntil.get();
    long earned = (nanoTime.getAsLong() - from) / NANOS_FOR_ONE;
    if (earned > 0 && paidUntil.compareAndSet(from, from + earned * NANOS_FOR_ONE)) {
      add(Math.min(earned, MOST / UNIT) * UNIT);
    }
  }

  private void add(long amount) {
    balance.accumulateAndGet(amount, (now, more) -> Math.min(MOST, now + more));
  }
}
