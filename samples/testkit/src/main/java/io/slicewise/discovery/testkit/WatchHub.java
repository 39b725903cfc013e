package io.slicewise.discovery.testkit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Opens watches, feeds them from the store, sends their bookmarks and ends them in time. */
final class WatchHub {

  /** The real server sends the last bookmark this long before the end. */
  private static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

  private final ObjectStore store;
  private final ServerOptions options;
  private final WatchFaults faults;
  private final Executor writers;
  private final ScheduledExecutorService scheduler;
  private final Identities identities;
  private final LineCache lines = new LineCache();
  private final Set<OpenWatch> watches = ConcurrentHashMap.newKeySet();

  WatchHub(
      ObjectStore store,
      ServerOptions options,
      WatchFaults faults,
      Executor writers,
      ScheduledExecutorService scheduler,
      Identities identities) {
    this.store = store;
    this.options = options;
    this.faults = faults;
    this.writers = writers;
    this.scheduler = scheduler;
    this.identities = identities;
  }

  int size() {
    return watches.size();
  }

  void each(Consumer<OpenWatch> action) {
    watches.forEach(action);
  }

  void open(
      Exchange exchange,
      ApiRequest request,
      Selection selection,
      WatchOptions asked,
      Representation representation) {
    new Session(exchange, request.resource(), selection, asked, representation).start();
  }

  /** One watch and its timers. */
  private final class Session {
    private final OpenWatch watch;
    private final Resource resource;
    private final Selection selection;
    private final WatchOptions asked;
    private final Representation representation;
    private final Set<Future<?>> timers = ConcurrentHashMap.newKeySet();
    private volatile boolean over;
    private volatile boolean begun;
    private volatile long startVersion;
    private volatile Runnable unsubscribe = () -> {};

    Session(
        Exchange exchange,
        Resource resource,
        Selection selection,
        WatchOptions asked,
        Representation representation) {
      this.resource = resource;
      this.selection = selection;
      this.asked = asked;
      this.representation = representation;
      boolean gzip = options.gzipWatchLists() && asked.endMarker() && exchange.acceptsGzip();
      this.watch = new OpenWatch(exchange, gzip, writers, scheduler, faults::eventDelay, this::end);
    }

    void start() {
      watches.add(watch);
      startTimers(); // first: who hears that it is open may move the clock
      watch.open();
      if (faults.takeCloseAtOnce()) {
        watch.finish();
        return;
      }
      unsubscribe = store.subscribe(resource, this::publish, this::begin);
      // It may be over before there was anything to clean up.
      if (over) {
        end();
      }
    }

    private void startTimers() {
      // No timeout asked for: between 30 and 60 minutes, as --min-request-timeout has it.
      Duration timeout = asked.timeout();
      Duration life = timeout != null ? timeout : Duration.ofSeconds(1800 + identities.below(1800));
      at(life, watch::finish);
      if (asked.bookmarks()) {
        if (life.compareTo(LAST_BOOKMARK) > 0) {
          at(life.minus(LAST_BOOKMARK), this::bookmark);
        }
        Duration interval = options.bookmarkInterval();
        timers.add(
            scheduler.scheduleAtFixedRate(
                this::bookmark, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS));
      }
    }

    private void at(Duration delay, Runnable action) {
      timers.add(scheduler.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Under the store's lock: everything that the client is to know from before. */
    private void begin(EventHistory history) {
      begun = true;
      startVersion = asked.version();
      if (asked.initialEvents()) {
        sendInitialEvents();
      } else if (asked.version() != 0 && !history.reachesBackTo(asked.version())) {
        ApiException expired =
            ApiException.expired(
                "too old resource version: " + asked.version() + " (" + history.floor() + ")");
        watch.line(WatchEvent.line("ERROR", expired.status()));
        watch.finish();
      } else if (asked.version() != 0) {
        history.replayAfter(asked.version(), this::publish);
      } else {
        startVersion = store.version();
      }
    }

    private void sendInitialEvents() {
      ObjectStore.Snapshot snapshot = store.list(resource, selection);
      for (StoredObject object : snapshot.objects()) {
        watch.event(new WatchEvent("ADDED", object).line(representation));
      }
      startVersion = snapshot.version();
      if (asked.endMarker()) {
        if (faults.takeCutWatchList()) {
          watch.finish();
          return;
        }
        watch.line(
            WatchEvent.line(
                "BOOKMARK", representation.bookmark(resource, snapshot.version(), true)));
      }
    }

    private void publish(StoreEvent event) {
      // A version from the future is waited for in silence.
      if (event.version() <= startVersion) {
        return;
      }
      WatchEvent told = event.toWatchEvent(selection);
      if (told != null) {
        watch.event(lines.line(event, told, representation));
      }
    }

    /** Under the store's lock, so that no event with a smaller version comes after it. */
    private void bookmark() {
      store.inspect(
          resource,
          history -> {
            if (begun && history.latest() > startVersion) {
              watch.line(
                  WatchEvent.line(
                      "BOOKMARK", representation.bookmark(resource, history.latest(), false)));
            }
          });
    }

    private void end() {
      over = true;
      watches.remove(watch);
      unsubscribe.run();
      timers.forEach(timer -> timer.cancel(false));
    }
  }
}
