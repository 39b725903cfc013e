package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Opening, using and closing from many threads at a time, on real threads and a scripted server.
 */
@Timeout(180)
class LifecycleStressTest {

  private static final int THREADS = 8;
  private static final int SERVICES = 2;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final AtomicInteger afterClose = new AtomicInteger();

  /** A server that lists three slices of any Service at once, and then is silent. */
  private static ScriptedSource server() {
    ScriptedSource source = new ScriptedSource();
    source.onStart(call -> CompletableFuture.runAsync(() -> answer(call)));
    return source;
  }

  private static void answer(ScriptedSource.Call call) {
    SliceRequest request = call.request;
    call.open();
    if (request.kind() == Kind.WATCH_LIST) {
      for (String service : request.services()) {
        call.added(sliceOf(service));
      }
      call.initialEventsEnd("10");
    }
  }

  private static EndpointSlice sliceOf(String service) {
    String address = "10.0.0." + (service.charAt(1) - '0' + 1);
    return Slices.slice(
        service, service + "-a", 5, List.of(Slices.tcp("grpc", 8080)), ready(address));
  }

  private static ServiceDiscovery discover(ScriptedSource source, Duration linger) {
    return ServiceDiscovery.builder()
        .source(source)
        .namespace("shop")
        .connectJitter(Duration.ZERO)
        .linger(linger)
        .build();
  }

  private static String service() {
    return "s" + ThreadLocalRandom.current().nextInt(SERVICES);
  }

  private void onAllThreads(Runnable task) throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(
          threads.submit(
              () -> {
                together.await();
                task.run();
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  private static List<String> threadsOfDiscovery() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("slicewise-"))
        .toList();
  }

  @AfterEach
  void nothingIsLeft() {
    threads.shutdownNow();
    await().atMost(Duration.ofSeconds(10)).until(() -> threadsOfDiscovery().isEmpty());
  }

  /** With no linger, the last close and the next open of a Service meet all the time. */
  @Test
  void aWatchThatIsOpenIsServedHoweverOthersComeAndGo() throws Exception {
    for (Duration linger : List.of(Duration.ZERO, Duration.ofMillis(1), Duration.ofSeconds(30))) {
      ScriptedSource source = server();
      ServiceDiscovery discovery = discover(source, linger);
      onAllThreads(
          () -> {
            for (int i = 0; i < 150; i++) {
              openAndClose(discovery, i % 75 == 0);
            }
          });

      // Nobody holds anything now; whoever comes next is served.
      for (int i = 0; i < SERVICES; i++) {
        try (ServiceWatch watch = discovery.watch("s" + i + ":grpc")) {
          assertThat(watch.whenSynced().get(20, TimeUnit.SECONDS).eligible()).hasSize(1);
          String name = "s" + i;
          await().untilAsserted(() -> assertThat(source.runningFor(name)).isNotNull());
        }
      }
      if (linger.isZero()) {
        await().atMost(Duration.ofSeconds(10)).until(() -> source.running().isEmpty());
      }
      assertThat(discovery.views()).isEmpty();
      discovery.close();
      assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
      assertThat(source.running()).isEmpty();
      assertThat(source.isClosed()).isTrue();
    }
    assertThat(afterClose).hasValue(0);
  }

  /** A count of holds that is wrong by one leaves a stream, or takes one from who holds it. */
  @Test
  void holdsAreCountedExactly() throws Exception {
    ScriptedSource source = server();
    ServiceDiscovery discovery = discover(source, Duration.ZERO);
    ServiceWatch held = discovery.watch("s0:grpc");
    onAllThreads(
        () -> {
          for (int i = 0; i < 2_000; i++) {
            discovery.watch("s" + i % 2 + ":grpc").close();
          }
        });
    held.whenSynced().get(20, TimeUnit.SECONDS);
    await().untilAsserted(() -> source.runningFor("s0").modified(changed()));
    await().until(() -> held.view().eligible().size() == 2);

    held.close();
    await().atMost(Duration.ofSeconds(10)).until(() -> source.running().isEmpty());
    discovery.close();
    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
  }

  private static EndpointSlice changed() {
    return Slices.slice(
        "s0", "s0-a", 20, List.of(Slices.tcp("grpc", 8080)), ready("10.0.0.1"), ready("10.0.0.9"));
  }

  private void openAndClose(ServiceDiscovery discovery, boolean waits) {
    String service = service();
    ServiceWatch watch = discovery.watch(service + ":grpc");
    watch.subscribe(view -> {});
    try {
      if (waits) {
        watch.whenSynced().get(20, TimeUnit.SECONDS);
        try (Lease lease = watch.acquire()) {
          String address = "10.0.0." + (service.charAt(1) - '0' + 1);
          assertThat(lease.endpoint().address()).isEqualTo(address);
        }
      }
    } catch (Exception e) {
      throw new AssertionError(service, e);
    } finally {
      watch.close();
      watch.close();
    }
    if (watch.view().state() != SyncState.CLOSED || !refusesPicks(watch)) {
      afterClose.incrementAndGet();
    }
  }

  private static boolean refusesPicks(ServiceWatch watch) {
    try {
      watch.pick();
      return false;
    } catch (NoEndpointException e) {
      return true;
    }
  }

  /** Whatever is under way when discovery is closed ends as documented, and leaves nothing. */
  @Test
  void closingEndsEverythingWhateverGoesOn() throws Exception {
    for (int round = 0; round < 80; round++) {
      ScriptedSource source = server();
      ServiceDiscovery discovery = discover(source, Duration.ofMillis(round % 3));
      ServiceWatch shared = discovery.watch("s0:grpc");
      if (round % 2 == 0) {
        shared.whenSynced().get(20, TimeUnit.SECONDS);
      }
      AtomicInteger turn = new AtomicInteger();
      int closesAt = round % 20;
      onAllThreads(
          () -> {
            boolean closes = turn.getAndIncrement() < 2;
            for (int i = 0; i < 40; i++) {
              if (closes && i == closesAt) {
                discovery.close();
              }
              use(discovery, shared);
            }
          });

      assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
      assertThat(source.running()).isEmpty();
      assertThat(discovery.views()).isEmpty();
      assertThat(shared.view().state()).isEqualTo(SyncState.CLOSED);
      assertThat(shared.whenSynced().isDone()).isTrue();
    }
    assertThat(afterClose).hasValue(0);
  }

  /** Nobody closes these watches but the discovery that they were opened on. */
  @Test
  void aWatchThatIsOpenedWhileDiscoveryClosesIsClosed() throws Exception {
    for (int round = 0; round < 300; round++) {
      ServiceDiscovery discovery = discover(server(), Duration.ZERO);
      Queue<ServiceWatch> opened = new ConcurrentLinkedQueue<>();
      AtomicInteger turn = new AtomicInteger();
      onAllThreads(
          () -> {
            if (turn.getAndIncrement() == THREADS / 2) {
              discovery.close();
            }
            try {
              while (opened.size() < 10_000) {
                opened.add(discovery.watch("s0:grpc"));
              }
            } catch (IllegalStateException e) {
              assertThat(e).hasMessage("discovery is closed");
            }
          });

      assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
      assertThat(opened).allMatch(watch -> watch.view().state() == SyncState.CLOSED);
      assertThat(discovery.views()).isEmpty();
    }
  }

  /** Only documented exceptions, and what is closed stays so. */
  private void use(ServiceDiscovery discovery, ServiceWatch shared) {
    try (ServiceWatch watch = discovery.watch(service() + ":grpc")) {
      CompletableFuture<?> synced = watch.whenSynced();
      watch.subscribe(view -> {}).close();
      watch.explain();
      pick(watch);
      watch.close();
      if (watch.view().state() != SyncState.CLOSED) {
        afterClose.incrementAndGet();
      }
      synced.handle((view, failure) -> view).join(); // soon: another thread may be closing it
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("discovery is closed");
    }
    boolean closed = shared.view().state() == SyncState.CLOSED;
    boolean picked = pick(shared);
    if (closed && picked) {
      afterClose.incrementAndGet();
    }
    shared.subscribe(view -> {});
    discovery.views();
    discovery.explain();
    try {
      shared.whenSynced().getNow(null);
    } catch (RuntimeException e) {
      assertThat(e).hasCauseInstanceOf(NoEndpointException.class);
    }
  }

  private static boolean pick(ServiceWatch watch) {
    try (Lease lease = watch.acquire()) {
      return lease.isOpen();
    } catch (NoEndpointException e) {
      return false;
    }
  }
}
