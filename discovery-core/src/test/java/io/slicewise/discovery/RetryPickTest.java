package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.SliceEndpoint;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that are made once more, and calls to endpoints of the caller's choice. */
class RetryPickTest {

  private final Harness harness = new Harness(builder -> builder.zone("a"));
  private ServiceWatch watch;

  @AfterEach
  void close() {
    harness.close();
  }

  private void synced(int endpoints) {
    SliceEndpoint[] listed = many("a", 0, endpoints).toArray(SliceEndpoint[]::new);
    watch = harness.synced("checkout:grpc", "100", slice("s", 5, listed));
  }

  @Test
  void goesToEachEndpointOnceBeforeOneIsTriedAgain() {
    synced(40);
    for (int round = 0; round < 50; round++) {
      Set<Endpoint> tried = new HashSet<>();
      for (int i = 0; i < 40; i++) {
        try (Lease lease = watch.acquireOther(tried)) {
          assertThat(tried.add(lease.endpoint())).isTrue();
        }
      }
      try (Lease lease = watch.acquireOther(tried)) {
        assertThat(tried).contains(lease.endpoint());
      }
    }
  }

  @Test
  void spreadsOverAllOthersWhereHalfWasTried() {
    synced(10);
    List<Endpoint> tried = watch.view().endpoints().subList(0, 5);
    Set<Endpoint> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      try (Lease lease = watch.acquireOther(tried)) {
        seen.add(lease.endpoint());
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(watch.view().endpoints().subList(5, 10));
  }

  @Test
  void doesNotProbeAnEjectedEndpointThatWasJustTried() {
    synced(4);
    Endpoint sick = watch.view().endpoints().get(0);
    for (int i = 0; i < 5; i++) {
      watch.acquire(sick).end(Outcome.FAILURE);
    }
    harness.settle();
    assertThat(watch.view().eligible()).doesNotContain(sick);
    for (int i = 0; i < 11; i++) {
      harness.last().bookmark(Integer.toString(200 + i));
      harness.advance(java.time.Duration.ofSeconds(1));
    }

    for (int i = 0; i < 100; i++) {
      try (Lease lease = watch.acquireOther(Set.of(sick))) {
        assertThat(lease.endpoint()).isNotEqualTo(sick);
      }
    }

    assertThat(watch.acquireOther(Set.of()).endpoint()).isEqualTo(sick); // the probe that was due
  }

  @Test
  void countsACallToAnEndpointOfTheCallersChoice() {
    synced(3);
    Endpoint endpoint = watch.view().endpoints().get(1);
    long before = endpoint.load().started();

    Lease lease = watch.acquire(endpoint);

    assertThat(endpoint.inFlight()).isEqualTo(1);
    assertThat(endpoint.load().started() - before).isEqualTo(1);
    lease.end(Outcome.SUCCESS);
    assertThat(endpoint.inFlight()).isZero();
    assertThat(endpoint.load().started() - before).isEqualTo(1);
  }

  @Test
  void failsWhereThereIsNothingToPick() {
    watch = harness.synced("checkout:grpc", "100");

    assertThatThrownBy(() -> watch.acquireOther(Set.of()))
        .isInstanceOf(NoEndpointException.class)
        .hasMessageContaining("shop");
  }
}
