package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.source.NameLookup;
import io.slicewise.discovery.source.SliceArchive;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What to do without an API server, beyond keeping the last view.
 *
 * @param maxStale how long a view may go on without the API server, or null for ever
 * @param fallbackAfter how long nothing is known of a Service before its fallback is used
 * @param names resolves the names of fallbacks
 * @param archive keeps slices for the next process, or null
 * @param maxAge how old what is kept there may be
 * @param archivist runs what may block on the archive
 */
public record Stability(
    @Nullable Duration maxStale,
    Duration fallbackAfter,
    NameLookup names,
    @Nullable SliceArchive archive,
    Duration maxAge,
    Executor archivist) {

  public Stability {
    requireNonNull(fallbackAfter, "fallbackAfter");
    requireNonNull(names, "names");
    requireNonNull(maxAge, "maxAge");
    requireNonNull(archivist, "archivist");
  }
}
