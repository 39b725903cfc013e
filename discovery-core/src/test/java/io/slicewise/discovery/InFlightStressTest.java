package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.DRAINING;
import static io.slicewise.discovery.Slices.READY;
import static io.slicewise.discovery.Slices.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointLoad;
import io.slicewise.discovery.model.SliceEndpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls in flight from many threads: after the last one there are none, whatever happened. */
@Timeout(120)
class InFlightStressTest {

  private static final int THREADS = 8;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
  private final AtomicLong started = new AtomicLong();
  private final AtomicInteger tooFew = new AtomicInteger();

  private static Endpoint fresh() {
    return Endpoint.of(endpoint("10.0.0.1", READY), AddressType.IPV4, 8080);
  }

  @AfterEach
  void shutDown() {
    threads.shutdownNow();
  }

  private void onAllThreads(Callable<?> task) throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(
          threads.submit(
              () -> {
                together.await();
                return task.call();
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  /** Runs two actions for each number, the two of a number as close together as can be. */
  private void neckAndNeck(IntConsumer one, IntConsumer other, int count) throws Exception {
    AtomicIntegerArray at = new AtomicIntegerArray(32); // a cache line apart
    List<Future<?>> running = new ArrayList<>();
    for (int side = 0; side < 2; side++) {
      int mine = 16 * side;
      int others = 16 - mine;
      IntConsumer action = side == 0 ? one : other;
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; i < count; i++) {
                  at.set(mine, i + 1);
                  for (int spins = 0; at.get(others) <= i && spins < 500; spins++) {
                    Thread.onSpinWait(); // bounded: there may be one processor only
                  }
                  action.accept(i);
                }
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  /** Two threads run neck and neck over the same leases. */
  @Test
  void leasesThatTwoThreadsCloseCountOnce() throws Exception {
    Endpoint endpoint = fresh();
    for (int round = 0; round < 100; round++) {
      Lease[] leases = new Lease[1_000];
      for (int i = 0; i < leases.length; i++) {
        leases[i] = Lease.open(endpoint);
      }
      neckAndNeck(i -> leases[i].close(), i -> leases[i].close(), leases.length);

      assertThat(endpoint.inFlight()).isZero();
      assertThat(endpoint.started()).isEqualTo((round + 1L) * leases.length);
    }
  }

  /** All threads open and close, and look. */
  @Test
  void callsUnderWayAreNeverFewerThanOnesOwn() throws Exception {
    Endpoint endpoint = fresh();
    onAllThreads(
        () -> {
          for (int i = 0; i < 100_000; i++) {
            try (Lease lease = Lease.open(endpoint)) {
              started.incrementAndGet();
              if (lease.endpoint().inFlight() < 1) {
                tooFew.incrementAndGet();
              }
            }
          }
          return null;
        });

    assertThat(tooFew).hasValue(0);
    assertThat(endpoint.inFlight()).isZero();
    assertThat(endpoint.started()).isEqualTo(started.get());
  }

  /** Calls of every length up to their expiry and beyond, with phantoms, while ages end. */
  @Test
  void phantomsAndAgesTakeNothingFromCalls() throws Exception {
    EndpointLoad load = fresh().load();
    AtomicBoolean done = new AtomicBoolean();
    Future<?> aging =
        threads.submit(
            () -> {
              while (!done.get()) {
                load.endAge();
              }
            });
    onAllThreads(
        () -> {
          ThreadLocalRandom random = ThreadLocalRandom.current();
          Queue<Integer> open = new ArrayDeque<>();
          for (int i = 0; i < 300_000; i++) {
            int phantoms = random.nextInt(4);
            load.addPhantoms(phantoms);
            open.add(load.start());
            started.incrementAndGet();
            while (open.size() > i % 64) {
              load.finish(open.remove());
            }
            load.addPhantoms(-phantoms);
          }
          return null; // and some are never ended
        });
    done.set(true);
    aging.get();
    for (int i = 0; i < EndpointLoad.AGES; i++) {
      load.endAge();
    }

    assertThat(load.inFlight()).isZero();
    assertThat(load.started()).isEqualTo(started.get());
  }

  /** The first call of an endpoint meets the change of its content. */
  @Test
  void theFirstCallAndAChangeOfContentShareOneCounter() throws Exception {
    for (int round = 0; round < 100; round++) {
      Endpoint[] first = new Endpoint[1_000];
      Endpoint[] changed = new Endpoint[first.length];
      Lease[] leases = new Lease[first.length];
      for (int i = 0; i < first.length; i++) {
        first[i] = fresh();
      }
      SliceEndpoint newer = endpoint("10.0.0.1", DRAINING);
      neckAndNeck(
          i -> leases[i] = Lease.open(first[i]),
          i -> changed[i] = first[i].withContent(newer, AddressType.IPV4),
          first.length);

      for (int i = 0; i < first.length; i++) {
        assertThat(changed[i].inFlight()).isEqualTo(1);
        leases[i].close();
        assertThat(changed[i].inFlight()).isZero();
        assertThat(first[i].load()).isSameAs(changed[i].load());
      }
    }
  }
}
