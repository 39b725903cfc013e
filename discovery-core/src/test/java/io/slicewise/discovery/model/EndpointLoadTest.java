package io.slicewise.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counting calls while ages end. */
class EndpointLoadTest {

  private final EndpointLoad load = new EndpointLoad();

  @Test
  void forgetsACallAfterFourAgesAndNotBefore() {
    int age = load.start();
    for (int i = 1; i < EndpointLoad.AGES; i++) {
      assertThat(load.endAge()).isZero();
      assertThat(load.inFlight()).isEqualTo(1);
    }

    assertThat(load.endAge()).isEqualTo(1);

    assertThat(load.inFlight()).isZero();
    load.finish(age);
    assertThat(load.inFlight()).isZero();
  }

  @Test
  void phantomsComeAndGo() {
    load.addPhantoms(3);
    int age = load.start();
    assertThat(load.inFlight()).isEqualTo(4);
    load.addPhantoms(-3);
    load.finish(age);

    assertThat(load.inFlight()).isZero();
  }

  @Test
  void countsWhatWasStartedWhateverElseGoesOn() {
    for (int i = 0; i < 10; i++) {
      load.addPhantoms(2);
      int age = load.start();
      if (i % 2 == 0) {
        load.finish(age);
      }
      load.endAge();
      load.addPhantoms(-2);
    }

    assertThat(load.started()).isEqualTo(10);
    assertThat(load.inFlight()).isEqualTo(2); // the two youngest that nobody ended
  }

  @Test
  void isOneForAllVersionsOfAnEndpointWhicheverIsCalledFirst() {
    Endpoint older = Endpoint.of(listed(Conditions.of(true, true, false)), AddressType.IPV4, 8080);
    Endpoint newer = older.withContent(listed(Conditions.of(false, true, true)), AddressType.IPV4);

    int age = older.load().start();

    assertThat(newer.inFlight()).isEqualTo(1);
    newer.load().finish(age);
    assertThat(older.inFlight()).isZero();
  }

  private static SliceEndpoint listed(Conditions conditions) {
    return new SliceEndpoint("10.1.2.3", conditions, null, null, null, null, 0, 0, Hints.NONE);
  }

  /** Callers on many threads, some of whom forget, while ages end as fast as they can. */
  @Test
  @Timeout(60)
  void neverLosesOrKeepsACallHoweverAgesEnd() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(5);
    AtomicBoolean done = new AtomicBoolean();
    List<Future<?>> callers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      callers.add(
          threads.submit(
              () -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < 300_000; i++) {
                  int age = load.start();
                  if (random.nextInt(100) > 0) {
                    load.finish(age);
                  }
                }
              }));
    }
    Future<?> aging =
        threads.submit(
            () -> {
              while (!done.get()) {
                load.endAge();
              }
            });
    for (Future<?> caller : callers) {
      caller.get();
    }
    done.set(true);
    aging.get();
    threads.shutdown();
    for (int i = 0; i < EndpointLoad.AGES; i++) {
      load.endAge();
    }

    assertThat(load.inFlight()).isZero();
  }
}
