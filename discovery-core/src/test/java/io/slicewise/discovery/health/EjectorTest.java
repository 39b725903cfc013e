package io.slicewise.discovery.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What failures of calls leave behind. */
class EjectorTest {

  private static final Changes NOTHING = new Changes(Set.of(), Set.of(), Set.of(), Set.of());

  private final Endpoint endpoint = at("10.1.2.3");
  private final AtomicLong clock = new AtomicLong();
  private final Ejector ejector = new Ejector(true, clock::get, () -> {});

  private static Endpoint at(String address) {
    Conditions ready = Conditions.of(true, true, false);
    return Endpoint.of(
        new SliceEndpoint(address, ready, null, null, null, null, 0, 0, Hints.NONE),
        AddressType.IPV4,
        8080);
  }

  @Test
  void aFailureLooksLikeACallForASecondOrTwo() {
    ejector.onEnd(endpoint, Outcome.FAILURE);
    assertThat(endpoint.inFlight()).isEqualTo(1);

    second();
    assertThat(endpoint.inFlight()).isEqualTo(1);
    second();
    assertThat(endpoint.inFlight()).isZero();
  }

  /** Calls fail on many threads while the endpoint goes and comes, and time passes. */
  @Test
  @Timeout(60)
  void leavesNoCallThatIsNotThereHoweverAnEndpointGoes() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(5);
    AtomicBoolean done = new AtomicBoolean();
    List<Future<?>> callers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      callers.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 50_000; i++) {
                  ejector.onEnd(endpoint, i % 3 == 0 ? Outcome.SUCCESS : Outcome.FAILURE);
                }
              }));
    }
    Future<?> writer =
        threads.submit(
            () -> {
              while (!done.get()) {
                ejector.update(new Changes(Set.of(), Set.of(), Set.of(), Set.of(endpoint)));
                second();
              }
            });
    for (Future<?> caller : callers) {
      caller.get();
    }
    done.set(true);
    writer.get();
    threads.shutdown();
    second();
    second();

    assertThat(endpoint.inFlight()).isZero();
  }

  private Set<Endpoint> eject(List<Endpoint> present) {
    return ejector.eject(present, each -> "a", zone -> present.size(), present.size());
  }

  /** As those of long calls do whose pod was deleted. */
  @Test
  void callsThatFailAfterTheirEndpointHasLeftSuspectNobody() {
    Endpoint other = at("10.1.2.4");
    List<Endpoint> present = List.of(other, at("10.1.2.5"));
    ejector.update(new Changes(Set.of(), Set.of(), Set.of(), Set.of(endpoint)));
    fail(endpoint);
    eject(present);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(11));
    ejector.tick();

    assertThat(eject(present)).isEmpty();
    assertThat(ejector.probe(any -> true)).isNull();
    assertThat(ejector.isBusy()).isFalse();
    fail(other);
    assertThat(eject(present)).containsExactly(other);
  }

  private void fail(Endpoint sick) {
    for (int i = 0; i < 5; i++) {
      ejector.onEnd(sick, Outcome.FAILURE);
    }
  }

  private void second() {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    ejector.update(NOTHING);
    ejector.tick();
    assertThat(eject(List.of(endpoint))).hasSizeLessThan(2);
  }
}
