package io.slicewise.discovery.grpc;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.ServiceDiscovery;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The discovery of channels that were not given one: made for the first of them, shared by all, and
 * closed a while after the last has gone, because an idle channel drops its resolver and makes a
 * new one. Thread safe.
 */
final class DefaultDiscovery {

  private static final Duration LINGER = Duration.ofSeconds(30);

  /** That of the process. */
  static final DefaultDiscovery OF_PROCESS = new DefaultDiscovery(ServiceDiscovery::create);

  private final Supplier<ServiceDiscovery> factory;
  private @Nullable ServiceDiscovery discovery; // guarded by this
  private @Nullable ScheduledFuture<?> closing; // guarded by this
  private int users; // guarded by this

  DefaultDiscovery(Supplier<ServiceDiscovery> factory) {
    this.factory = factory;
  }

  /**
   * Returns the discovery; {@link #release} must follow.
   *
   * @throws io.slicewise.discovery.kubernetes.ClusterConfigException if no cluster is configured
   */
  synchronized ServiceDiscovery acquire() {
    ServiceDiscovery now = discovery;
    if (now == null) {
      now = factory.get();
      discovery = now;
    }
    if (closing != null) {
      closing.cancel(false);
      closing = null;
    }
    users++;
    return now;
  }

  /** Gives one use back; the last one starts the time after which discovery is closed. */
  synchronized void release(ScheduledExecutorService timer) {
    users--;
    if (users == 0) {
      try {
        closing = timer.schedule(this::close, LINGER.toNanos(), TimeUnit.NANOSECONDS);
      } catch (java.util.concurrent.RejectedExecutionException e) {
        close();
      }
    }
  }

  private synchronized void close() {
    if (users == 0 && discovery != null) {
      requireNonNull(discovery).close();
      discovery = null;
      closing = null;
    }
  }
}
