package io.slicewise.discovery.internal;

import io.slicewise.discovery.internal.Recovery.Next;
import io.slicewise.discovery.internal.Recovery.Pause;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * One stream of EndpointSlices: the client's side of the list/watch protocol for some Services of a
 * namespace. Confined to the namespace's writer.
 *
 * <p>It asks for everything (a watch list, or a list where the server refuses that), then watches
 * from the version reached, for ever. Losing the server never tells the listener that anything is
 * gone. At most one attempt is under way; what an abandoned one still says is dropped.
 *
 * <pre>
 *            begin                    replaced                 clean end (rotation)
 *   WAITING ───────▶ SYNCING ───────────────────▶ WATCHING ───────────▶ begin again: WATCHING
 *      ▲                │ failure                     │ failure
 *      └────────────────┴──────── Recovery ───────────┘
 * </pre>
 *
 * <p>Source: client-go {@code tools/cache/reflector.go}; KEP-3157 (watch list), KEP-956
 * (bookmarks).
 */
final class Reflector {

  private static final Logger LOGGER = System.getLogger(Reflector.class.getName());

  /** The server shall end a watch after one to two times this: it spreads the load of restarts. */
  private static final Duration WATCH_TIMEOUT = Duration.ofMinutes(5);

  private static final Duration VERY_SHORT = Duration.ofSeconds(1);
  private static final int PAGE = 500;
  private static final int MOST_SAME = 10;

  private final StreamContext context;
  private final StreamListener listener;
  private final SortedSet<String> services;
  private final Backoff backoff;
  private final Timer retry;
  private final Timer watchdog;
  private final Timer staleness;

  private @Nullable Attempt current;
  private String resourceVersion;
  private boolean syncing; // the next request asks for everything
  private boolean newest; // the server does not know our version: ask without one
  private boolean byList; // ask by LIST this once
  private int sameAgain; // refusals in a row of the same request
  private String relistReason = "start";

  private boolean complete; // there has been a complete list
  private boolean stale;
  private @Nullable Instant lostAt;
  private @Nullable String problem;
  private boolean closed;

  /**
   * Creates a stream.
   *
   * @param services the Services to follow; empty for all of the namespace
   * @param resumeFrom the version up to which everything is known, or null to begin with a list
   */
  Reflector(
      StreamContext context,
      StreamListener listener,
      SortedSet<String> services,
      @Nullable String resumeFrom) {
    this.context = context;
    this.listener = listener;
    this.services = services;
    this.backoff = new Backoff(context.environment());
    this.retry = context.newTimer();
    this.watchdog = context.newTimer();
    this.staleness = context.newTimer();
    this.resourceVersion = resumeFrom == null ? "" : resumeFrom;
    this.syncing = resumeFrom == null;
    this.complete = resumeFrom != null;
  }

  SortedSet<String> services() {
    return services;
  }

  /** The version up to which everything is known; empty before the first complete list. */
  String resourceVersion() {
    return resourceVersion;
  }

  /** Whether a watch is open and delivers changes. */
  boolean isWatching() {
    return current != null && current.isOpened() && !syncing;
  }

  Health health() {
    if (!complete) {
      return new Health(Health.State.PENDING, null, problem);
    }
    return stale ? new Health(Health.State.STALE, lostAt, problem) : Health.HEALTHY;
  }

  /** Begins, or begins anew, at once. */
  void begin() {
    if (closed) {
      return;
    }
    retry.cancel();
    launch(nextRequest(), Map.of());
  }

  /** Ends the stream; nothing is told to the listener any more. */
  void close() {
    closed = true;
    retry.cancel();
    staleness.cancel();
    abandon();
  }

  /** Ends a stream that is not needed any more. */
  void retire(String why) {
    if (current != null && current.isStream()) {
      observer().onStreamEnded(context.namespace(), why, current.lived());
    }
    close();
  }

  private SliceRequest nextRequest() {
    if (!syncing) {
      return request(Kind.WATCH, resourceVersion, 0, null);
    }
    String version = newest ? "" : resourceVersion;
    if (byList || context.watchListRefused().get()) {
      // Pages of a list at a given version bypass the server's watch cache, so that is not paged.
      return request(Kind.LIST, version, version.isEmpty() ? PAGE : 0, null);
    }
    return request(Kind.WATCH_LIST, version, 0, null);
  }

  private SliceRequest request(Kind kind, String version, int limit, @Nullable String token) {
    Duration timeout =
        Duration.ofSeconds(context.environment().jittered(WATCH_TIMEOUT).toSeconds());
    return new SliceRequest(
        kind, context.namespace(), services, context.content(), version, limit, token, timeout);
  }

  private void launch(SliceRequest request, Map<String, EndpointSlice> pages) {
    if (request.resourceVersion().isEmpty() && request.continueToken() == null) {
      listener.onAsking(this);
    }
    Attempt attempt = new Attempt(this, context.writer(), context.environment(), request, pages);
    current = attempt;
    supervise(attempt); // first: a source that fails to start must not end the stream for good
    attempt.start(context.source());
  }

  void opened(Attempt attempt) {
    if (attempt != current) {
      return;
    }
    attempt.markOpened();
    supervise(attempt);
    if (attempt.request.kind() != Kind.LIST) {
      observer().onStreamOpened(context.namespace(), services);
    }
    listener.onOpened(this);
    if (!syncing) {
      following();
    }
  }

  void replaced(Attempt attempt, Collection<EndpointSlice> slices, String version) {
    if (attempt != current) {
      return;
    }
    resourceVersion = version;
    syncing = false;
    newest = false;
    byList = false;
    boolean first = !complete;
    complete = true;
    if (first && problem != null) {
      problem = null; // such as the refusal of a watch list, which this list has made good
      listener.onHealth(this);
    }
    observer().onRelisted(context.namespace(), relistReason);
    log(first ? Level.DEBUG : Level.INFO, "listed " + slices.size() + " slices, " + relistReason);
    listener.onReplaced(this, slices);
    if (attempt.request.kind() == Kind.LIST) {
      begin();
    } else {
      supervise(attempt);
      following();
    }
  }

  void changed(Attempt attempt, Inbox.Batch batch) {
    if (attempt != current) {
      return;
    }
    if (!batch.resourceVersion().isEmpty()) {
      resourceVersion = batch.resourceVersion();
    }
    if (!batch.events().isEmpty()) {
      listener.onChanged(this, batch.events());
    }
  }

  /** The server reports a failure, as its answer or as an event inside one. */
  void failed(Attempt attempt, ApiStatus status) {
    if (attempt != current) {
      return;
    }
    Recovery recovery = Recovery.from(status, attempt.request.kind(), !syncing);
    if (recovery == Recovery.FALL_BACK) {
      context.watchListRefused().set(true);
    }
    if (recovery.next() == Next.SAME && status.code() >= 500 && ++sameAgain >= MOST_SAME) {
      sameAgain = 0;
      recovery = new Recovery(syncing ? Next.RELIST_NEWEST : Next.RELIST, recovery.pause());
      byList = syncing && !byList; // the other way may work
    }
    String text = Problems.refused(status, context.namespace(), context.source().describe());
    lost(attempt, recovery, text, status.retryAfter());
  }

  void ended(Attempt attempt, ExchangeEnd end) {
    if (attempt != current) {
      return;
    }
    switch (end.kind()) {
      case COMPLETE -> completed(attempt, end);
      case REFUSED -> failed(attempt, Objects.requireNonNull(end.status()));
      case UNDECODABLE -> lost(attempt, Recovery.START_OVER, end.message(), null);
      case NOT_LISTENING -> lost(attempt, Recovery.nobodyThere(complete), end.message(), null);
      case UNREACHABLE -> lost(attempt, Recovery.RETRY, end.message(), null);
      case BROKEN -> {
        byList |= syncing && attempt.isStream() && ++sameAgain > 1;
        lost(attempt, Recovery.RETRY, end.message(), null);
      }
      case CANCELLED -> abandon(); // the source is closing
    }
  }

  private void completed(Attempt attempt, ExchangeEnd end) {
    if (attempt.request.kind() == Kind.LIST) {
      if (end.continueToken() == null) {
        replaced(attempt, attempt.collected().values(), end.resourceVersion());
      } else if (end.continueToken().equals(attempt.request.continueToken())) {
        lost(attempt, Recovery.START_OVER, "the server sends the same page again", null);
      } else {
        SliceRequest page = attempt.request;
        launch(
            request(Kind.LIST, page.resourceVersion(), page.limit(), end.continueToken()),
            attempt.collected());
      }
    } else if (syncing) {
      byList = ++sameAgain > 1;
      lost(
          attempt, Recovery.START_OVER, "the watch list ended before its initial events did", null);
    } else if (attempt.lived().compareTo(VERY_SHORT) < 0) {
      Recovery recovery = attempt.moved() ? Recovery.RETRY : Recovery.START_OVER;
      lost(attempt, recovery, "the server closed the watch at once", null);
    } else {
      rotate(attempt, "the server closed the watch");
    }
  }

  private void rotate(Attempt attempt, String reason) {
    noteLoss(attempt, reason);
    if (!listener.onRotation(this)) {
      begin();
    }
  }

  private void lost(
      Attempt attempt, Recovery recovery, String reason, @Nullable Duration retryAfter) {
    boolean wasFollowing = isWatching();
    noteLoss(attempt, reason);
    prepare(recovery.next(), reason);
    Duration pause = backoff.next(recovery.pause(), retryAfter);
    boolean quiet = recovery.pause() == Pause.NONE || wasFollowing;
    boolean said = reason.equals(problem);
    problem = reason;
    log(
        quiet || said ? Level.DEBUG : Level.WARNING,
        reason + "; next try in " + pause.toMillis() + " ms");
    observer().onFailure(context.namespace(), reason, pause);
    if (complete && !quiet) {
      stale = true;
    }
    listener.onHealth(this);
    retry.set(pause, this::begin);
  }

  /** Lets go of an attempt that is over, and starts the clock of staleness. */
  private void noteLoss(Attempt attempt, String reason) {
    if (attempt.isStream()) {
      Duration lived = attempt.lived();
      backoff.healthyFor(lived);
      observer().onStreamEnded(context.namespace(), reason, lived);
    }
    abandon();
    if (lostAt == null) {
      lostAt = context.environment().wallClock().instant();
      staleness.set(context.staleAfter(), this::declareStale);
    }
  }

  /** Asks for all there is: our version means nothing to the server any more. */
  void distrust(String reason) {
    if (current == null || syncing) {
      prepare(Next.RELIST_NEWEST, reason); // by the next request
    } else {
      lost(current, Recovery.DISTRUST_VERSION, reason, null);
    }
  }

  private void prepare(Next next, String reason) {
    if (next == Next.SAME) {
      return;
    }
    syncing = true;
    newest |= next == Next.RELIST_NEWEST;
    byList |= next == Next.RELIST_BY_LIST;
    relistReason = reason;
  }

  private void declareStale() {
    if (complete && !isWatching()) {
      stale = true;
      listener.onHealth(this);
    }
  }

  private void following() {
    boolean recovered = stale;
    stale = false;
    lostAt = null;
    problem = null;
    sameAgain = 0;
    staleness.cancel();
    if (recovered) {
      log(Level.INFO, "the API server is followed again");
    }
    listener.onHealth(this);
  }

  /** Looks after an attempt: when its time is up it is given up, else looked at again later. */
  private void supervise(Attempt attempt) {
    if (attempt != current) {
      return;
    }
    TimeLimit limit = TimeLimit.of(attempt, syncing, context.environment().now());
    if (limit.left() > 0) {
      watchdog.set(Duration.ofNanos(limit.left()), () -> supervise(attempt));
      return;
    }
    String server = context.source().describe();
    String silence = "no answer from " + server + " for " + limit.limit().toSeconds() + " s";
    switch (limit.verdict()) {
      case NO_ANSWER -> lost(attempt, Recovery.nobodyThere(complete), silence, null);
      case LIST_STALLED -> lost(attempt, Recovery.RETRY, silence, null);
      case WATCH_LIST_STALLED -> lost(attempt, Recovery.FALL_BACK, silence, null);
      case SILENT -> lost(attempt, Recovery.DISTRUST_VERSION, silence, null);
      case OVERDUE -> rotate(attempt, "the server left the watch open past its deadline");
    }
  }

  private void abandon() {
    watchdog.cancel();
    if (current != null) {
      Attempt attempt = current;
      current = null;
      attempt.cancel();
    }
  }

  private void log(Level level, String text) {
    LOGGER.log(level, () -> context.describe(services) + ": " + text);
  }

  private DiscoveryObserver observer() {
    return context.observer();
  }
}
