package io.slicewise.discovery.health;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.slicewise.discovery.model.Endpoint;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that have failed in the last five minutes, ten thousand at most. Made for the first
 * of them: most clients have none for days, and an application may have a thousand clients. Thread
 * safe.
 */
final class Suspects {

  private static final Duration QUIET = Duration.ofMinutes(5);
  private static final int MOST = 10_000;

  private final LongSupplier nanoTime;
  private volatile @Nullable Cache<Endpoint, Suspect> cache;

  Suspects(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private synchronized Cache<Endpoint, Suspect> made() {
    Cache<Endpoint, Suspect> made = cache;
    if (made == null) {
      made =
          Caffeine.newBuilder()
              .expireAfterWrite(QUIET)
              .maximumSize(MOST)
              .ticker(nanoTime::getAsLong)
              .executor(Runnable::run)
              .removalListener(
                  (@Nullable Endpoint endpoint, @Nullable Suspect suspect, RemovalCause cause) -> {
                    if (suspect != null && cause != RemovalCause.REPLACED) {
                      suspect.forget();
                    }
                  })
              .build();
      cache = made;
    }
    return made;
  }

  /** Returns the suspect that an endpoint is, or null. */
  @Nullable Suspect find(Endpoint endpoint) {
    Cache<Endpoint, Suspect> there = cache;
    return there == null ? null : there.getIfPresent(endpoint);
  }

  /** Returns the suspect that there is, or else another one; it is no quiet one now. */
  Suspect keep(Endpoint endpoint, Function<Endpoint, Suspect> otherwise) {
    Cache<Endpoint, Suspect> there = cache;
    return (there == null ? made() : there)
        .asMap()
        .compute(endpoint, (key, suspect) -> suspect == null ? otherwise.apply(key) : suspect);
  }

  /** All suspects, as they come and go. */
  Collection<Suspect> all() {
    Cache<Endpoint, Suspect> there = cache;
    return there == null ? List.of() : there.asMap().values();
  }

  void forget(Endpoint endpoint) {
    Cache<Endpoint, Suspect> there = cache;
    if (there != null) {
      there.invalidate(endpoint);
    }
  }

  void forgetAll() {
    Cache<Endpoint, Suspect> there = cache;
    if (there != null) {
      there.invalidateAll();
    }
  }
}
