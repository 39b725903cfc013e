package io.slicewise.discovery.internal;

import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.balance.Picker;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.balance.TwoChoicesPicker;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.Selection;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Eligibility;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One user's hold on a Service: the view and the picker made for that user, and its listeners.
 *
 * <p>Written by the namespace's writer alone, as one immutable snapshot behind one volatile field;
 * read by any thread without waiting.
 */
public final class WatchLease implements AutoCloseable {

  /** The view, the picker made from it, and what both were made from; replaced together. */
  private record Snapshot(ServiceView view, @Nullable Picker picker, Published origin) {}

  private final Eligibility eligibility;
  private final RandomSource random;
  private final Executor listenerExecutor;
  private final DiscoveryObserver observer;
  private final Consumer<WatchLease> onClose;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> synced = new CompletableFuture<>();
  private boolean announced; // confined to the writer; whether synced has been seen to

  /** Orders a publication against a new listener and against close(); no reader takes it. */
  private final Object lock = new Object();

  private boolean closed; // guarded by lock
  private volatile Snapshot snapshot; // writes guarded by lock

  WatchLease(
      ServiceTarget target,
      Eligibility eligibility,
      RandomSource random,
      Executor listenerExecutor,
      DiscoveryObserver observer,
      Published first,
      Consumer<WatchLease> onClose) {
    this.eligibility = eligibility;
    this.random = random;
    this.listenerExecutor = listenerExecutor;
    this.observer = observer;
    this.onClose = onClose;
    this.snapshot = next(new Snapshot(ServiceView.pending(target), null, first), first);
    if (snapshot.view().state() != SyncState.PENDING) {
      announced = true;
      synced.complete(null);
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

  /** Completes with the view as it is once there has been a complete list. */
  public CompletableFuture<ServiceView> whenSynced() {
    return synced.thenApply(nothing -> view()); // holding no view for the life of the lease
  }

  /** Adds a listener; it hears the view as it is now first. */
  public AutoCloseable subscribe(Consumer<ServiceView> listener) {
    Subscription subscription =
        new Subscription(view().target().toString(), listener, listenerExecutor);
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
    return Diagnosis.explain(now.view(), now.origin());
  }

  /** Takes what the pipeline says; called on the writer. */
  void publish(Published said) {
    Snapshot before = snapshot;
    Snapshot next = next(before, said);
    boolean news = next.view() != before.view();
    synchronized (lock) {
      if (closed) {
        return;
      }
      snapshot = next;
      if (news) {
        subscriptions.forEach(subscription -> subscription.put(next.view()));
      }
    }
    if (news) {
      announce(next.view());
      subscriptions.forEach(Subscription::deliverSoon);
      observer.onPublished(next.view());
    }
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
      snapshot = new Snapshot(last, null, snapshot.origin());
    }
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
    synced.completeExceptionally(new NoEndpointException(view()));
    onClose.accept(this);
  }

  private void announce(ServiceView view) {
    if (view.state() != SyncState.PENDING && !announced) {
      announced = true;
      try {
        listenerExecutor.execute(() -> synced.complete(null)); // callbacks must not hold the writer
      } catch (RejectedExecutionException e) {
        synced.complete(null); // discovery has ended; close() is on its way
      }
    }
  }

  private Snapshot next(Snapshot before, Published said) {
    ServiceView old = before.view();
    boolean sameCandidates =
        said.candidates() == before.origin().candidates() && old.state() != SyncState.PENDING;
    Selection selection =
        sameCandidates ? old.selection() : eligibility.select(said.candidates(), old.selection());
    boolean sameContent = selection == old.selection() || selection.sameContent(old.selection());
    boolean first = old.state() == SyncState.PENDING && said.state() != SyncState.PENDING;
    String problem = Diagnosis.problem(old.target(), said, selection, eligibility);
    if (sameContent
        && !first
        && said.state() == old.state()
        && Objects.equals(problem, old.problem())) {
      return new Snapshot(old, before.picker(), said);
    }
    ServiceView view =
        new ServiceView(
            old.target(),
            said.state(),
            sameContent && !first ? old.revision() : old.revision() + 1,
            said.resourceVersion(),
            sameContent ? old.selection() : selection,
            said.staleSince(),
            said.propagation(),
            problem);
    boolean samePicker = sameContent && before.picker() != null;
    return new Snapshot(view, samePicker ? before.picker() : picker(view.eligible()), said);
  }

  private @Nullable Picker picker(List<Endpoint> eligible) {
    return eligible.isEmpty() ? null : new TwoChoicesPicker(eligible, random);
  }
}
