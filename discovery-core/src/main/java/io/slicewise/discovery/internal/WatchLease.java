package io.slicewise.discovery.internal;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.health.Ejector;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.Selection;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.Candidates;
import io.slicewise.discovery.policy.OwnPlace;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's hold on a Service: the view and the picker made for that client, what it has learned
 * of its endpoints, and its listeners.
 *
 * <p>Written by the namespace's writer alone, as one immutable snapshot behind one volatile field;
 * read by any thread without waiting.
 */
public final class WatchLease implements AutoCloseable, Audience {

  private static final Duration TICK = Duration.ofSeconds(1);

  /** How often an endpoint is drawn by its share before the rest of them are walked through. */
  private static final int DRAWS = 8;

  /** Shares that move less than this, all in all, are not worth a listener's while. */
  private static final double WORTH_TELLING = 0.005;

  /** The view, what picks from it, and what both were made from; replaced together. */
  private record Snapshot(
      ServiceView view,
      @Nullable Picker<Endpoint> picker,
      @Nullable KeyedPicker keyed,
      Published origin) {

    static Snapshot of(ServiceView view, Router.@Nullable Pickers pickers, Published origin) {
      return pickers == null
          ? new Snapshot(view, null, null, origin)
          : new Snapshot(view, pickers.free(), pickers.keyed(), origin);
    }
  }

  private final Client client;
  private final Self self;
  private final StreamContext context;
  private final RandomSource random;
  private final Ejector ejector;
  private final Router router;
  private final Timer tick;
  private final @Nullable Fallback fallback;
  private final Runnable onSelf = this::refreshSoon;
  private final Consumer<WatchLease> onClose;
  private final List<Subscription<ServiceView>> subscriptions = new CopyOnWriteArrayList<>();
  private final FirstList<ServiceView> synced = new FirstList<>(this::view);
  private Published said; // confined to the writer; before any fallback
  private boolean announced; // confined to the writer; whether synced has been seen to
  private Routing told = Routing.NONE; // confined to the writer; what listeners know

  /** Orders a publication against a new listener and against close(); no reader takes it. */
  private final Object lock = new Object();

  private boolean closed; // guarded by lock
  private volatile Snapshot snapshot; // writes guarded by lock

  WatchLease(
      ServiceTarget target,
      Client client,
      Self self,
      StreamContext context,
      RandomSource random,
      Stability stability,
      Published first,
      long seed,
      Consumer<WatchLease> onClose) {
    this.client = client;
    this.self = self;
    this.context = context;
    this.random = random;
    this.onClose = onClose;
    this.ejector =
        new Ejector(client.health().ejection(), context.environment().nanoTime(), onSelf);
    this.router = new Router(target.toString(), client, random, ejector, seed);
    this.tick = context.newTimer();
    this.fallback =
        client.fallback() == null
            ? null
            : new Fallback(client.fallback(), client, context, stability, this::refresh);
    this.said = first;
    OwnPlace place = self.place();
    Callers callers = self.callers();
    this.snapshot = next(Snapshot.of(ServiceView.pending(target), null, first), first);
    if (snapshot.view().state() != SyncState.PENDING) {
      announced = true;
      told = snapshot.view().routing();
      synced.arrived(context.environment().listeners());
    }
    self.addListener(onSelf);
    if (place != self.place() || callers != self.callers()) {
      refreshSoon(); // nobody has told us
    }
  }

  /** The view as it is now. */
  public ServiceView view() {
    return snapshot.view();
  }

  /**
   * Returns the endpoint for the next call.
   *
   * @throws NoEndpointException if there is none
   */
  public Endpoint pick() {
    Snapshot now = snapshot;
    if (now.picker() == null) {
      throw new NoEndpointException(now.view());
    }
    return now.picker().pick();
  }

  /**
   * Returns the endpoint for the calls of a key.
   *
   * @throws NoEndpointException if there is none
   */
  public Endpoint pick(long key) {
    Snapshot now = snapshot;
    if (now.keyed() == null) {
      throw new NoEndpointException(now.view());
    }
    return now.keyed().pick(key);
  }

  /**
   * Starts a call to the endpoint for it; how it ends is taken note of. A call now and then goes to
   * an endpoint that was ejected, to see whether it is well again.
   *
   * @throws NoEndpointException if there is no endpoint
   */
  public Lease acquire() {
    Ejector.Probe probe = snapshot.picker() == null ? null : ejector.probe(endpoint -> true);
    return probe == null
        ? Lease.open(pick(), ejector)
        : Lease.open(probe.endpoint(), probe.listener());
  }

  /**
   * Starts a call to an endpoint that was not tried before, if one is left.
   *
   * @throws NoEndpointException if there is no endpoint
   */
  public Lease acquireOther(Collection<Endpoint> tried) {
    Snapshot now = snapshot;
    Ejector.Probe probe =
        now.picker() == null ? null : ejector.probe(endpoint -> !tried.contains(endpoint));
    return probe == null
        ? Lease.open(pickOther(now, tried), ejector)
        : Lease.open(probe.endpoint(), probe.listener());
  }

  private Endpoint pickOther(Snapshot now, Collection<Endpoint> tried) {
    if (now.picker() == null) {
      throw new NoEndpointException(now.view());
    }
    Endpoint picked = now.picker().pick();
    for (int draw = 1; draw < DRAWS && tried.contains(picked); draw++) {
      picked = now.picker().pick(); // by its share
    }
    List<Endpoint> eligible = tried.contains(picked) ? now.view().eligible() : List.of();
    int first = eligible.isEmpty() ? 0 : (int) ((random.nextLong() >>> 1) % eligible.size());
    for (int i = 0; i < eligible.size(); i++) {
      Endpoint other = eligible.get((first + i) % eligible.size());
      if (!tried.contains(other)) {
        return other;
      }
    }
    return picked;
  }

  /** Starts a call to an endpoint of the caller's choice; how it ends is taken note of. */
  public Lease acquire(Endpoint endpoint) {
    return Lease.open(endpoint, ejector);
  }

  /** Completes with the view as it is once there has been a complete list. */
  public CompletableFuture<ServiceView> whenSynced() {
    return synced.await();
  }

  /** Adds a listener; it hears the view as it is now first. */
  public AutoCloseable subscribe(Consumer<ServiceView> listener) {
    Subscription<ServiceView> subscription =
        new Subscription<>(view().target().toString(), listener, context.environment().listeners());
    synchronized (lock) {
      if (closed) {
        subscription.close();
      } else {
        subscriptions.add(subscription);
        subscription.put(view());
      }
    }
    subscription.deliverSoon();
    return () -> {
      subscription.close();
      subscriptions.remove(subscription);
    };
  }

  /** Returns the verdict on every address, and what is wrong with the Service if anything is. */
  public Explanation explain() {
    Snapshot now = snapshot;
    return Diagnosis.explain(now.view(), now.origin(), ejector);
  }

  @Override
  public boolean isServedBy(Candidates candidates) {
    return client.eligibility().isMetBy(candidates);
  }

  @Override
  public void publish(Published news) {
    if (news != said || fallback != null) { // a lease begins with what there is
      said = news;
      refresh();
    }
  }

  private void refreshSoon() {
    context.writer().execute(this::refresh);
  }

  private void refresh() {
    Published news = said;
    Snapshot before = snapshot;
    Snapshot next = next(before, fallback == null ? news : fallback.insteadOf(news));
    boolean worthTelling = isNews(before.view(), next.view());
    synchronized (lock) {
      if (closed) {
        return;
      }
      snapshot = next;
      if (worthTelling) {
        subscriptions.forEach(subscription -> subscription.put(next.view()));
      }
    }
    if (worthTelling) {
      told = next.view().routing();
      subscriptions.forEach(Subscription::deliverSoon);
      context.observer().onPublished(next.view());
      EjectionNews.tell(before.view(), next.view(), ejector, context.observer());
      announce(next.view());
    }
    if (router.isBusy()) {
      tickSoon();
    }
  }

  private void tickSoon() {
    if (!tick.isSet()) {
      tick.set(
          TICK,
          () -> {
            router.tick(context.environment().now());
            refresh();
          });
    }
  }

  /**
   * Whether listeners have to hear of a view: small steps of the shares are told when they add up.
   */
  private boolean isNews(ServiceView old, ServiceView now) {
    if (now == old) {
      return false;
    }
    double moved = now.routing().distance(told);
    return now.state() != old.state()
        || now.revision() != old.revision()
        || !Objects.equals(now.problem(), old.problem())
        || !Objects.equals(now.port(), old.port())
        || now.routing().panic() != told.panic()
        || now.routing().starting() == 0 && told.starting() > 0
        || !now.routing().notes().equals(told.notes())
        || !now.routing().basis().equals(told.basis())
        || moved > WORTH_TELLING
        || moved > 0 && !router.isBusy();
  }

  /** Ends the lease: its view says CLOSED and no listener is called any more. Idempotent. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      ServiceView last = snapshot.view().closed();
      snapshot = Snapshot.of(last, null, snapshot.origin());
    }
    self.removeListener(onSelf);
    context
        .writer()
        .execute(
            () -> {
              tick.cancel();
              if (fallback != null) {
                fallback.end(); // what a late call's end says must not begin it again
              }
              ejector.clear();
            });
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
    synced.failed(new NoEndpointException(view()));
    onClose.accept(this);
  }

  private void announce(ServiceView view) {
    if (view.state() != SyncState.PENDING && !announced) {
      announced = true;
      synced.arrived(context.environment().listeners()); // callbacks must not hold the writer
    }
  }

  private Snapshot next(Snapshot before, Published said) {
    ServiceView old = before.view();
    boolean complete = said.state().isListed();
    Router.Route route =
        router.route(
            said.candidates(), complete, self.place(), self.callers(), context.environment().now());
    RoutedSelection selection = route.selection();
    boolean sameContent =
        selection.endpoints().isEmpty() && old.endpoints().isEmpty()
            || selection.sameContent(old.selection());
    boolean sameShares =
        sameContent
            && old.routing() != Routing.NONE // nothing was routed before
            && route.routing().equals(old.routing())
            && selection.sameWeights(old.selection());
    boolean first = !old.state().isListed() && complete;
    String problem =
        Diagnosis.problem(
            old.target(), said, selection, client.eligibility(), route.pickers() != null);
    SlicePort port = said.listedPort();
    if (sameShares
        && !first
        && Objects.equals(port, old.port())
        && said.state() == old.state()
        && Objects.equals(problem, old.problem())) {
      return Snapshot.of(old, route.pickers(), said);
    }
    Selection kept = sameShares ? old.selection() : selection;
    ServiceView view =
        new ServiceView(
            old.target(),
            said.state(),
            sameContent && !first ? old.revision() : old.revision() + 1,
            said.resourceVersion(),
            kept,
            port,
            route.routing(),
            said.staleSince(),
            said.propagation(),
            problem);
    return Snapshot.of(view, route.pickers(), said);
  }
}
