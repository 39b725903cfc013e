package io.slicewise.discovery.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls in flight are counted exactly, whoever closes what how often. */
class LeaseTest {

  private static final int THREADS = 8;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Endpoint endpoint = TwoChoicesPickerTest.endpoints(1).get(0);

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  private void onAllThreads(Callable<?> task) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(threads.submit(task));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  @Test
  void countsFromOpenToClose() {
    Lease one = Lease.open(endpoint);
    Lease two = Lease.open(endpoint);
    assertThat(endpoint.load().inFlight()).isEqualTo(2);
    assertThat(one.endpoint()).isSameAs(endpoint);
    assertThat(one.isOpen()).isTrue();

    one.close();
    one.close();

    assertThat(one.isOpen()).isFalse();
    assertThat(endpoint.load().inFlight()).isEqualTo(1);
    two.close();
    assertThat(endpoint.load().inFlight()).isZero();
  }

  @Test
  void closesOnceHoweverManyThreadsCloseItAtATime() throws Exception {
    for (int round = 0; round < 500; round++) {
      Lease lease = Lease.open(endpoint);
      Lease other = Lease.open(endpoint);
      CyclicBarrier together = new CyclicBarrier(THREADS);
      onAllThreads(
          () -> {
            together.await();
            lease.close();
            return null;
          });
      assertThat(endpoint.load().inFlight()).isEqualTo(1);
      other.close();
    }
  }

  @Test
  void losesNoCallWhenTheCounterIsMadeByManyThreadsAtATime() throws Exception {
    for (int round = 0; round < 500; round++) {
      Endpoint fresh = TwoChoicesPickerTest.endpoints(1).get(0);
      CyclicBarrier together = new CyclicBarrier(THREADS);
      onAllThreads(
          () -> {
            together.await();
            fresh.load().start();
            return null;
          });
      assertThat(fresh.load().inFlight()).isEqualTo(THREADS);
    }
  }

  @Test
  void countsExactlyUnderContention() throws Exception {
    AtomicInteger negative = new AtomicInteger();
    onAllThreads(
        () -> {
          for (int i = 0; i < 50_000; i++) {
            try (Lease lease = Lease.open(endpoint)) {
              if (lease.endpoint().load().inFlight() < 1) {
                negative.incrementAndGet();
              }
            }
          }
          return null;
        });

    assertThat(endpoint.load().inFlight()).isZero();
    assertThat(negative).hasValue(0);
  }

  @Test
  void aFinishWithoutAStartIsABug() {
    assertThatThrownBy(() -> endpoint.load().finish(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("finish() without start()");
  }
}
