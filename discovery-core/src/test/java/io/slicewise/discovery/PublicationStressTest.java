package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers on many threads while thousands of views are published. Every version lists addresses
 * that tell its number, so that what is picked, seen and explained can be dated.
 */
class PublicationStressTest {

  private static final int READERS = 8;
  private static final int VERSIONS = 2_000;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong reads = new AtomicLong();

  private static EndpointSlice version(int number) {
    String net = "10." + number / 250 + "." + number % 250 + ".";
    return slice("a", 10 + number, ready(net + 1), ready(net + 2), ready(net + 3));
  }

  private static int number(Endpoint endpoint) {
    String[] parts = endpoint.address().split("\\.");
    return Integer.parseInt(parts[1]) * 250 + Integer.parseInt(parts[2]);
  }

  /** The number of the one version that all of a view is of. */
  private static int number(ServiceView view) {
    int number = number(view.endpoints().get(0));
    boolean one = view.endpoints().size() == 3 && view.eligible().size() == 3;
    for (int i = 0; one && i < 3; i++) {
      one = number(view.endpoints().get(i)) == number && number(view.eligible().get(i)) == number;
    }
    check(one && view.resourceVersion().equals(Integer.toString(10 + number)), "mixed", view);
    return number;
  }

  private static void check(boolean right, String what, Object found) {
    if (!right) {
      throw new AssertionError(what + ": " + found);
    }
  }

  @Test
  @Timeout(120)
  void aPickIsOfTheViewOfItsMomentAndNothingGoesBack() throws Exception {
    try (Harness harness =
            new Harness(
                b -> b.random(new Random(42), () -> ThreadLocalRandom.current().nextLong()));
        ServiceWatch watch = harness.watch("checkout:grpc")) {
      harness.last().open().added(version(0)).initialEventsEnd("10");
      harness.settle();
      AtomicLong told = new AtomicLong(-1);
      AtomicLong toldTwice = new AtomicLong();
      watch.subscribe(
          view -> {
            if (told.getAndSet(view.revision()) >= view.revision()) {
              toldTwice.incrementAndGet();
            }
          });
      ExecutorService threads = Executors.newFixedThreadPool(READERS);
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        boolean explains = i == 0;
        readers.add(threads.submit(() -> read(watch, explains)));
      }
      for (int number = 1; number <= VERSIONS; number++) {
        harness.last().modified(version(number));
        harness.settle();
        harness.advance(Duration.ofMillis(50));
        if (number % 100 == 0) {
          awaitReads(10L * number);
        }
      }
      done.set(true);
      for (Future<?> reader : readers) {
        reader.get();
      }
      threads.shutdown();

      assertThat(number(watch.view())).isEqualTo(VERSIONS);
      assertThat(watch.view().revision()).isEqualTo(VERSIONS + 1);
      assertThat(told).hasValue(VERSIONS + 1);
      assertThat(toldTwice).hasValue(0);
      assertThat(reads).hasValueGreaterThan(VERSIONS);
    }
  }

  /** Lets the readers have their share of a machine with few processors. */
  private void awaitReads(long atLeast) {
    while (reads.get() < atLeast && !done.get()) {
      Thread.onSpinWait();
    }
  }

  private static void explain(ServiceWatch watch) {
    for (Explanation.Address address : watch.explain().addresses()) {
      check(address.out() == null, "verdict of another view", address);
    }
  }

  private void read(ServiceWatch watch, boolean explains) {
    long revision = 0;
    try {
      while (!done.get()) {
        ServiceView before = watch.view();
        Endpoint picked = watch.pick();
        Endpoint acquired;
        try (Lease lease = watch.acquire()) {
          acquired = lease.endpoint();
        }
        ServiceView after = watch.view();
        check(before.revision() >= revision, "went back", before);
        check(after.revision() >= before.revision(), "went back", after);
        check(number(picked) >= number(before), "picked of an older view", picked);
        check(number(acquired) >= number(picked), "acquired of an older view", acquired);
        check(number(after) >= number(acquired), "picked of a view to come", acquired);
        if (explains) {
          explain(watch);
        }
        revision = after.revision();
        reads.incrementAndGet();
      }
    } finally {
      done.set(true); // a failure ends the test
    }
  }
}
