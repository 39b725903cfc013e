package io.slicewise.discovery.spring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.model.ServiceTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Services that the application calls, each followed from its first call and until nobody has
 * called it for a while. All clients of a Service share one watch here. Thread safe; nothing waits
 * for the network.
 */
public final class ServiceWatches implements AutoCloseable {

  /** Names come from URIs, which may come from anybody. */
  private static final int MOST = 1_024;

  private final ServiceDiscovery discovery;
  private final ServiceNames names;
  private final Cache<String, FollowedService> followed;
  private final List<Consumer<FollowedService>> openListeners = new CopyOnWriteArrayList<>();
  private final Map<String, FollowedService> kept = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Creates one that follows nothing yet.
   *
   * @param idle how long a Service that is not asked for is still followed
   * @param ticker the clock of that
   */
  ServiceWatches(ServiceDiscovery discovery, ServiceNames names, Duration idle, Ticker ticker) {
    this.discovery = discovery;
    this.names = names;
    this.followed =
        Caffeine.newBuilder()
            .expireAfterAccess(idle)
            .maximumSize(MOST)
            .ticker(ticker)
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .removalListener(
                (@Nullable String id, @Nullable FollowedService gone, RemovalCause cause) -> {
                  if (gone != null && !kept.containsValue(gone)) {
                    gone.watch().close();
                  }
                })
            .build();
  }

  /**
   * Returns the Service of a name, followed from now on if it was not. The answer is for now: it is
   * to be asked for at each call, which is what keeps it from being let go.
   *
   * @return null if the name can be no Service's
   * @throws IllegalStateException if this is closed
   */
  public @Nullable FollowedService find(String serviceId) {
    FollowedService known = kept.get(serviceId);
    if (known == null) {
      known = followed.getIfPresent(serviceId);
    }
    return known != null ? known : open(serviceId);
  }

  /**
   * Follows the Service of a name for as long as this is open, whether anybody calls it or not.
   *
   * @return null if the name can be no Service's
   */
  @Nullable FollowedService keep(String serviceId) {
    FollowedService now = kept.get(serviceId);
    if (now == null) {
      now = find(serviceId);
      if (now != null) {
        kept.put(serviceId, now);
        followed.asMap().remove(serviceId, now);
      }
    }
    return now;
  }

  private @Nullable FollowedService open(String serviceId) {
    NamedService service = names.find(serviceId);
    if (service == null) {
      return null;
    }
    boolean[] opened = {false};
    FollowedService now =
        followed.get(
            serviceId,
            id -> {
              opened[0] = true;
              return new FollowedService(
                  service, discovery.watch(service.target(), service.options()));
            });
    if (closed) {
      now.watch().close(); // close() may not have seen it
    }
    if (opened[0]) {
      openListeners.forEach(listener -> listener.accept(now));
    }
    return now;
  }

  /** Returns what is meant by a name, or null if it can be no Service's. Follows nothing. */
  public @Nullable NamedService named(String serviceId) {
    return names.find(serviceId);
  }

  /** Returns what is configured for a target that was named in full. Follows nothing. */
  public NamedService named(ServiceTarget target) {
    return names.find(target);
  }

  /** The Services that are followed now, in no order. Does not keep them. */
  public Collection<FollowedService> all() {
    List<FollowedService> all = new ArrayList<>(followed.asMap().values());
    all.addAll(kept.values());
    return all;
  }

  /** Has every Service that is followed from now on told to a listener; it must be quick. */
  public void onOpened(Consumer<FollowedService> listener) {
    openListeners.add(listener);
  }

  /** Lets all go. Idempotent. */
  @Override
  public void close() {
    closed = true;
    followed.invalidateAll();
    kept.values().forEach(each -> each.watch().close());
  }
}
