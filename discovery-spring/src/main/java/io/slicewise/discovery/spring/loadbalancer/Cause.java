package io.slicewise.discovery.spring.loadbalancer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log why a Service cannot be called, once a minute at most: every request says so
 * otherwise, and the clients' own errors do not tell the reason. Thread safe.
 */
final class Cause {

  private static final Logger LOGGER = LoggerFactory.getLogger(SliceLoadBalancer.class);
  private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

  private final String serviceId;
  private final LongSupplier nanoTime;
  private final AtomicLong next;

  /**
   * Creates one that has said nothing yet.
   *
   * @param nanoTime a clock that only goes forward
   */
  Cause(String serviceId, LongSupplier nanoTime) {
    this.serviceId = serviceId;
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /** A request found no instance. */
  void log(String why) {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + INTERVAL)) {
      LOGGER.warn("{}: {}", serviceId, why);
    }
  }
}
