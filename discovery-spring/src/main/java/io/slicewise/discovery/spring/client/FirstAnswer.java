package io.slicewise.discovery.spring.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the first question about something may wait for the API server. Questions that come
 * later wait for what is left of that, so that an API server that is down costs the time once.
 * Thread safe.
 */
final class FirstAnswer {

  private static final Logger LOGGER = LoggerFactory.getLogger(FirstAnswer.class);

  /** What is known of one subject. */
  private record Wait(long until, AtomicBoolean told) {}

  private final Cache<Object, Wait> waits = Caffeine.newBuilder().weakKeys().build();
  private final long timeout;
  private final LongSupplier nanoTime;

  FirstAnswer(Duration timeout, LongSupplier nanoTime) {
    this.timeout = timeout.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Returns how long an answer may be waited for, zero for not at all.
   *
   * @param subject what is asked about, by identity: a watch or a catalogue
   */
  Duration remaining(Object subject) {
    return Duration.ofNanos(Math.max(0, wait(subject).until() - nanoTime.getAsLong()));
  }

  /** The time for an answer about a subject begins now, unless it has begun. */
  void begin(Object subject) {
    Wait unused = wait(subject);
  }

  /** Says in one line why there is no answer, once for each subject. */
  void missed(Object subject, String name, String problem) {
    if (wait(subject).told().compareAndSet(false, true)) {
      LOGGER.warn("{}: nothing is known yet, so it has no instances for now: {}", name, problem);
    }
  }

  private Wait wait(Object subject) {
    return waits.get(
        subject, fresh -> new Wait(nanoTime.getAsLong() + timeout, new AtomicBoolean()));
  }
}
