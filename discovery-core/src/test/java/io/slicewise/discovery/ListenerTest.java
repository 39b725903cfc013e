package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners hear, in which order, and when no more. */
class ListenerTest {

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  private void change(int version, String address) {
    harness.last().modified(slice("a", version, ready(address)));
    harness.window();
  }

  @Test
  void hearsTheViewAsItIsFirstAndThenEveryOther() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    List<String> heard = new ArrayList<>();
    watch.subscribe(view -> heard.add(view.state() + " " + addresses(view)));
    harness.settle();
    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).initialEventsEnd("10");
    harness.settle();
    change(20, "10.0.0.2");

    assertThat(heard).containsExactly("PENDING []", "SYNCED [10.0.0.1]", "SYNCED [10.0.0.2]");
  }

  @Test
  void aSlowListenerSkipsViewsAndHearsTheLatest() {
    Queue<Runnable> busy = new ConcurrentLinkedQueue<>();
    try (Harness slow = new Harness(builder -> builder.listenerExecutor(busy::add))) {
      ServiceWatch watch = slow.synced();
      assertThat(busy).isEmpty(); // nobody waits for whenSynced()
      List<String> heard = new ArrayList<>();
      watch.subscribe(view -> heard.addAll(addresses(view)));
      for (int i = 2; i <= 9; i++) {
        slow.last().modified(slice("a", 20 + i, ready("10.0.0." + i)));
        slow.window();
      }
      assertThat(busy).hasSize(1);

      while (!busy.isEmpty()) {
        busy.remove().run();
      }

      assertThat(heard).containsExactly("10.0.0.9");
    }
  }

  @Test
  void whoeverWaitsForTheFirstListIsToldByTheListenersExecutor() {
    Queue<Runnable> busy = new ConcurrentLinkedQueue<>();
    try (Harness slow = new Harness(builder -> builder.listenerExecutor(busy::add))) {
      ServiceWatch watch = slow.watch("checkout:grpc");
      CompletableFuture<ServiceView> early = watch.whenSynced();
      slow.last().open().added(slice("a", 5, ready("10.0.0.1"))).initialEventsEnd("10");
      slow.settle();

      assertThat(early).isNotDone();
      busy.remove().run();
      assertThat(early).isCompleted();
      assertThat(watch.whenSynced()).isCompleted();
    }
  }

  @Test
  void aListenerThatThrowsStaysAndCostsNobodyElse() {
    ServiceWatch watch = harness.synced();
    AtomicInteger thrown = new AtomicInteger();
    List<ServiceView> other = new ArrayList<>();
    watch.subscribe(
        view -> {
          if (thrown.incrementAndGet() % 2 == 0) {
            throw new AssertionError("a bug");
          }
          throw new IllegalStateException("a bug");
        });
    watch.subscribe(other::add);
    harness.settle();
    change(20, "10.0.0.2");
    change(21, "10.0.0.3");

    assertThat(thrown).hasValue(3);
    assertThat(other).hasSize(3);
  }

  @Test
  void hearsNothingAfterItsSubscriptionIsClosed() {
    ServiceWatch watch = harness.synced();
    List<ServiceView> heard = new ArrayList<>();
    ServiceWatch.Subscription subscription = watch.subscribe(heard::add);
    harness.settle();
    harness.last().modified(slice("a", 20, ready("10.0.0.2")));
    harness.window();
    assertThat(heard).hasSize(2);

    subscription.close();
    subscription.close();
    change(21, "10.0.0.3");

    assertThat(heard).hasSize(2);
  }

  @Test
  void hearsNothingOfAViewThatWaitsWhenItIsClosed() {
    ServiceWatch watch = harness.synced();
    List<ServiceView> heard = new ArrayList<>();
    watch.subscribe(heard::add); // not delivered yet: the clock stands still

    watch.close();
    harness.settle();
    watch.subscribe(heard::add);
    harness.settle();

    assertThat(heard).isEmpty();
  }

  @Test
  void mayCloseItselfTheWatchAndDiscoveryFromWithin() {
    ServiceWatch watch = harness.synced();
    List<ServiceView> heard = new ArrayList<>();
    watch.subscribe(
        view -> {
          heard.add(view);
          watch.close();
          harness.discovery.close();
        });
    harness.settle();

    assertThat(heard).hasSize(1);
    assertThat(watch.view().state()).isEqualTo(SyncState.CLOSED);
    assertThat(harness.source.isClosed()).isTrue();
    assertThat(harness.source.running()).isEmpty();
  }

  @Test
  void anExecutorThatRefusesEndsTheSubscriptionAndNothingElse() {
    AtomicBoolean refuse = new AtomicBoolean();
    try (Harness full =
        new Harness(
            builder ->
                builder.listenerExecutor(
                    task -> {
                      if (refuse.get()) {
                        throw new RejectedExecutionException("full");
                      }
                      task.run();
                    }))) {
      ServiceWatch watch = full.synced();
      List<ServiceView> heard = new ArrayList<>();
      watch.subscribe(heard::add);
      refuse.set(true);
      full.last().modified(slice("a", 20, ready("10.0.0.2")));
      full.window();
      refuse.set(false);
      full.last().modified(slice("a", 21, ready("10.0.0.3")));
      full.window();

      assertThat(heard).hasSize(1);
      assertThat(addresses(watch.view())).containsExactly("10.0.0.3");
    }
  }

  @Test
  void anObserverThatThrowsIsStillToldAndChangesNothing() {
    AtomicInteger told = new AtomicInteger();
    DiscoveryObserver broken =
        new DiscoveryObserver() {
          @Override
          public void onPublished(ServiceView view) {
            told.incrementAndGet();
            throw new IllegalStateException("a bug");
          }

          @Override
          public void onRelisted(String namespace, String reason) {
            throw new AssertionError("a bug");
          }
        };
    try (Harness observed = new Harness(builder -> builder.observer(broken))) {
      ServiceWatch watch = observed.synced();
      observed.last().modified(slice("a", 20, ready("10.0.0.2")));
      observed.window();

      assertThat(told).hasValue(2);
      assertThat(addresses(watch.view())).containsExactly("10.0.0.2");
    }
  }

  /** Real threads, and views as fast as the writer makes them, so that a race would show. */
  @Test
  @Timeout(60)
  void isNeverCalledTwiceAtATimeNorBackInTime() throws InterruptedException {
    ScriptedSource source = new ScriptedSource();
    ExecutorService listeners = Executors.newFixedThreadPool(8);
    List<Heard> all = new ArrayList<>();
    SliceEndpoint[] endpoints = Slices.readyOnes(600);
    try (ServiceDiscovery discovery =
        ServiceDiscovery.builder()
            .source(source)
            .namespace("shop")
            .family(AddressType.IPV4)
            .listenerExecutor(listeners)
            .connectJitter(Duration.ZERO)
            .build()) {
      ServiceWatch watch = discovery.watch("checkout:grpc");
      await().until(() -> source.count() == 1);
      source.last().open().added(slice("a", 5, endpoints)).initialEventsEnd("10");
      watch.whenSynced().join();
      for (int i = 0; i < endpoints.length - 1; i++) {
        if (i % 10 == 0) {
          Heard heard = new Heard();
          all.add(heard);
          watch.subscribe(heard::hear);
        }
        // One more that is not ready: each is told at once.
        endpoints[i] = Slices.endpoint(endpoints[i].address(), Slices.UNREADY);
        source.last().modified(slice("a", 20 + i, endpoints));
        while (watch.view().eligible().size() > endpoints.length - 1 - i) {
          Thread.onSpinWait();
        }
      }
      source.last().modified(slice("a", 90_000, ready("10.0.9.9")));
      await()
          .untilAsserted(
              () ->
                  assertThat(all)
                      .allSatisfy(
                          heard -> assertThat(heard.addresses).containsExactly("10.0.9.9")));
      assertThat(watch.view().revision()).isGreaterThanOrEqualTo(endpoints.length);
      discovery.close();
      assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    } finally {
      listeners.shutdownNow();
    }

    assertThat(all).hasSize(60);
    assertThat(all).noneMatch(heard -> heard.overlapped).noneMatch(heard -> heard.wentBack);
    assertThat(all.stream().mapToLong(heard -> heard.calls.get()).sum()).isGreaterThan(1_000);
  }

  /** A listener that notes whether it is called twice at a time or hears an older view. */
  private static final class Heard {
    final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    volatile boolean overlapped;
    volatile boolean wentBack;
    volatile List<String> addresses = List.of();
    private volatile long revision = -1;

    void hear(ServiceView view) {
      overlapped |= inside.incrementAndGet() > 1;
      wentBack |= view.revision() < revision;
      revision = view.revision();
      addresses = Harness.addresses(view);
      calls.incrementAndGet();
      inside.decrementAndGet();
    }
  }

  @Test
  void whoeverGivesUpWaitingForTheFirstListIsHeldNoLonger() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    List<WeakReference<CompletableFuture<ServiceView>>> waited = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      CompletableFuture<ServiceView> future = watch.whenSynced();
      future.cancel(false);
      waited.add(new WeakReference<>(future));
    }
    CompletableFuture<ServiceView> patient = watch.whenSynced();

    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(waited).filteredOn(each -> each.get() != null).hasSizeLessThan(2);
            });
    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).initialEventsEnd("10");
    harness.settle();
    assertThat(patient).isCompletedWithValueMatching(view -> view.state() == SyncState.SYNCED);
  }
}
