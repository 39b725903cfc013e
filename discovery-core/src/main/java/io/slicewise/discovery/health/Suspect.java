package io.slicewise.discovery.health;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** An endpoint that has failed of late, for one client. Thread safe. */
final class Suspect {

  /** The calls that may be tried before an ejected endpoint is taken back or ejected again. */
  private static final int PROBES = 3;

  private static final Duration LONGEST_PROBE = Duration.ofMinutes(1);
  private static final Duration FIRST_EJECTION = Duration.ofSeconds(10);
  private static final Duration LONGEST_EJECTION = Duration.ofMinutes(5);

  private final Endpoint endpoint;
  private final CircuitBreaker breaker;
  private final AtomicInteger freshPhantoms = new AtomicInteger();
  private final AtomicInteger oldPhantoms = new AtomicInteger();
  private volatile long openUntil;
  private volatile int ejections;
  private volatile boolean forgotten;

  /**
   * Creates one with no failures yet.
   *
   * @param onTransition called on the thread of the call that made the difference
   */
  Suspect(Endpoint endpoint, LongSupplier nanoTime, Runnable onTransition) {
    this.endpoint = endpoint;
    IntervalFunction growing =
        IntervalFunction.ofExponentialBackoff(FIRST_EJECTION, 2, LONGEST_EJECTION);
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .slidingWindow(20, 5, SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(50)
            .permittedNumberOfCallsInHalfOpenState(PROBES)
            .maxWaitDurationInHalfOpenState(LONGEST_PROBE)
            .waitIntervalFunctionInOpenState(
                attempt -> {
                  long millis = growing.apply(attempt);
                  ejections = attempt;
                  openUntil = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
                  return millis;
                })
            .currentTimestampFunction(clock -> nanoTime.getAsLong(), TimeUnit.NANOSECONDS)
            .writableStackTraceEnabled(false)
            .build();
    this.breaker = CircuitBreaker.of(endpoint.authority(), config);
    breaker.getEventPublisher().onStateTransition(event -> onTransition.run());
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether it should be out, or may only be tried. */
  boolean isOut() {
    return breaker.getState() != CircuitBreaker.State.CLOSED;
  }

  boolean isHalfOpen() {
    return breaker.getState() == CircuitBreaker.State.HALF_OPEN;
  }

  /** When an ejected one may be tried again, by the clock. */
  long openUntil() {
    return openUntil;
  }

  /** How many times in a row it was ejected. */
  int ejections() {
    return ejections;
  }

  void succeeded() {
    if (!isHalfOpen()) {
      breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }
  }

  void failed() {
    endpoint.load().addPhantoms(1); // first: who takes them back must find them there
    freshPhantoms.incrementAndGet();
    if (forgotten) {
      forget(); // nobody will tick any more
    }
    if (!isHalfOpen()) { // then only probes count: an older call says nothing about now
      breaker.onError(0, TimeUnit.NANOSECONDS, new Failure());
    }
  }

  /** Asks whether a call may be tried; if so, {@link #probed} must follow. */
  boolean tryProbe() {
    return isHalfOpen() && breaker.tryAcquirePermission();
  }

  void probed(Outcome outcome) {
    switch (outcome) {
      case SUCCESS -> breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      case FAILURE -> breaker.onError(0, TimeUnit.NANOSECONDS, new Failure());
      case UNKNOWN -> breaker.releasePermission();
    }
  }

  /** Lets an ejected one be tried once its time has come, and lets old phantoms go. */
  void tick(long now) {
    if (breaker.getState() == CircuitBreaker.State.OPEN && now - openUntil >= 0) {
      breaker.transitionToHalfOpenState();
    }
    endpoint.load().addPhantoms(-oldPhantoms.getAndSet(freshPhantoms.getAndSet(0)));
  }

  /** Whether a tick has something to do. */
  boolean isBusy() {
    return isOut() || oldPhantoms.get() != 0 || freshPhantoms.get() != 0;
  }

  /** Takes all phantoms back. */
  void forget() {
    forgotten = true;
    endpoint.load().addPhantoms(-oldPhantoms.getAndSet(0) - freshPhantoms.getAndSet(0));
  }

  /** What the breaker is told: that it failed is all that counts. */
  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Failure() {
      super("the call failed", null, false, false);
    }
  }
}
