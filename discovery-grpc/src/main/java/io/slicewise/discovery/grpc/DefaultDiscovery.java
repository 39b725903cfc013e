package io.slicewise.discovery.grpc;

import io.slicewise.discovery.ServiceDiscovery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The discovery of channels that were not given one: made for the first of them, shared by all, and
 * closed a while after the last has gone, because an idle channel drops its resolver and makes a
 * new one. Thread safe.
 */
final class DefaultDiscovery {

  /**
   * That of the process. A channel's own timer would not do: that of Netty ends, and drops what it
   * was to do, a second after the last channel.
   */
  static final DefaultDiscovery OF_PROCESS =
      new DefaultDiscovery(
          ServiceDiscovery::create,
          CompletableFuture.delayedExecutor(30, TimeUnit.SECONDS, Runnable::run));

  private final Supplier<ServiceDiscovery> factory;
  private final Executor later;
  private @Nullable ServiceDiscovery discovery; // guarded by this
  private int users; // guarded by this
  private long acquired; // how often; guarded by this

  /**
   * Creates one that has no users.
   *
   * @param later runs what it is given after the time that discovery lingers
   */
  DefaultDiscovery(Supplier<ServiceDiscovery> factory, Executor later) {
    this.factory = factory;
    this.later = later;
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
    users++;
    acquired++;
    return now;
  }

  /** Gives one use back; the last one starts the time after which discovery is closed. */
  synchronized void release() {
    users--;
    if (users == 0) {
      long before = acquired;
      later.execute(() -> closeUnlessUsedSince(before));
    }
  }

  private synchronized void closeUnlessUsedSince(long before) {
    if (acquired == before && discovery != null) {
      discovery.close();
      discovery = null;
    }
  }
}
