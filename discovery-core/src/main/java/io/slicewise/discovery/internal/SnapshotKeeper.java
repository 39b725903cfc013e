package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Candidates;
import io.slicewise.discovery.source.SliceArchive;
import io.slicewise.discovery.source.SliceSnapshot;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps in an archive what is known of all Services, for the next process. Writes at most every few
 * seconds after a change, and now and then without one, so that what is kept does not grow old.
 * Thread safe; the archive is read and written by the archivist alone.
 */
final class SnapshotKeeper {

  private static final Logger LOGGER = System.getLogger(SnapshotKeeper.class.getName());

  private static final Duration BETWEEN_WRITES = Duration.ofSeconds(5);

  private final SliceArchive archive;
  private final Duration maxAge;
  private final Environment environment;
  private final Executor archivist;
  private final Map<ServiceId, SliceSnapshot.Saved> inherited;
  private final Set<Page> pages = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean writing = new AtomicBoolean(); // a write is on its way
  private final SerialExecutor clerk; // the timers' thread
  private final Timer refresh;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable String complaint; // confined to the archivist; said already

  /** Creates a keeper, and reads what an earlier process left. */
  SnapshotKeeper(Stability stability, SliceArchive archive, Environment environment) {
    this.archive = archive;
    this.maxAge = stability.maxAge();
    this.environment = environment;
    this.archivist = stability.archivist();
    this.clerk = new SerialExecutor(environment.writers());
    this.refresh = new Timer(environment, clerk);
    this.inherited =
        new ConcurrentHashMap<>(archive.read().map(SliceSnapshot::services).orElse(Map.of()));
  }

  /** Returns what an earlier process knew of a Service, or null if it is not known or too old. */
  SliceSnapshot.@Nullable Saved inherited(ServiceId service) {
    SliceSnapshot.Saved saved = inherited.get(service);
    return saved != null && isFresh(saved) ? saved : null;
  }

  private boolean isFresh(SliceSnapshot.Saved saved) {
    return !saved.asOf().plus(maxAge).isBefore(environment.wallClock().instant());
  }

  /** Returns who is to hear what is said of a Service, on its writer. */
  Audience open(ServiceId service) {
    Page page = new Page(service);
    pages.add(page);
    return page;
  }

  /** What is known of one Service now. */
  private final class Page implements Audience {

    private final ServiceId service;
    private volatile @Nullable Published last;

    Page(ServiceId service) {
      this.service = service;
    }

    @Override
    public void publish(Published said) {
      if (!said.state().isListed() || said.overdue()) {
        return;
      }
      Published before = last;
      last = said;
      inherited.remove(service);
      if (before == null || before.candidates() != said.candidates()) {
        writeSoon();
      }
    }

    @Override
    public void close() {
      pages.remove(this); // nobody follows it any more
      writeSoon();
    }
  }

  private void writeSoon() {
    if (!closed.get() && writing.compareAndSet(false, true)) {
      environment.schedule(BETWEEN_WRITES, clerk, this::writeNow);
    }
  }

  private void writeNow() {
    writing.set(false); // what changes from here on asks for another one
    if (closed.get()) {
      return;
    }
    submit();
    refresh.set(maxAge.dividedBy(4), this::writeNow);
  }

  private void submit() {
    SliceSnapshot now = snapshot();
    try {
      archivist.execute(() -> write(now));
    } catch (RejectedExecutionException e) {
      // discovery has ended
    }
  }

  private void write(SliceSnapshot snapshot) {
    try {
      archive.write(snapshot);
      complaint = null;
    } catch (IOException | RuntimeException e) {
      String text = e.toString();
      if (!text.equals(complaint)) {
        complaint = text;
        LOGGER.log(Level.WARNING, "what is known could not be kept for the next start: " + text);
      }
    }
  }

  private SliceSnapshot snapshot() {
    Instant now = environment.wallClock().instant();
    Map<ServiceId, SliceSnapshot.Saved> all = new HashMap<>();
    inherited.forEach(
        (service, saved) -> {
          if (isFresh(saved)) {
            all.put(service, saved); // not asked for yet in this process, and good to have
          }
        });
    for (Page page : pages) {
      Published said = page.last;
      if (said != null) {
        Instant since = said.staleSince();
        Instant asOf = said.state() == SyncState.SYNCED || since == null ? now : since;
        List<EndpointSlice> slices =
            said.candidates().parts().stream().map(Candidates.Part::slice).toList();
        all.put(page.service, new SliceSnapshot.Saved(asOf, slices));
      }
    }
    return new SliceSnapshot(all);
  }

  /** Writes once more, and no more after that. Idempotent, does not wait. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      clerk.execute(refresh::cancel);
      if (pages.stream().anyMatch(page -> page.last != null)) {
        submit();
      }
    }
  }
}
