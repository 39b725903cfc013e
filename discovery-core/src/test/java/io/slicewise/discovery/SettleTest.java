package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.SETTLE_WINDOW;
import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.DRAINING;
import static io.slicewise.discovery.Slices.STOPPED;
import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.endpoint;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static io.slicewise.discovery.Slices.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told at once, what waits for things to settle, and what is not told at all. */
class SettleTest extends ViewFixture {

  @Test
  void waitsUntilThingsAreQuietForFiftyMilliseconds() {
    synced(slice("a", 5, ready("10.0.0.1")));
    modified(slice("a", 101, ready("10.0.0.1"), ready("10.0.0.2")));
    harness.advance(Duration.ofMillis(49));
    modified(slice("a", 102, ready("10.0.0.1"), ready("10.0.0.2"), ready("10.0.0.3")));
    harness.advance(Duration.ofMillis(49));
    assertThat(now()).containsExactly("10.0.0.1");

    harness.advance(Duration.ofMillis(1));

    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    assertThat(heard).hasSize(1);
    assertThat(watch.view().resourceVersion()).isEqualTo("102");
  }

  @Test
  void waitsNoLongerThanHalfASecondHoweverMuchChanges() {
    synced(slice("a", 5, ready("10.0.0.1")));
    long begin = harness.clock.nanoTime();
    List<Long> toldAt = new ArrayList<>();
    watch.subscribe(view -> toldAt.add((harness.clock.nanoTime() - begin) / 1_000_000));
    harness.settle();
    toldAt.clear();

    for (int i = 0; i < 100; i++) {
      modified(slice("a", 101 + i, ready("10.0.1." + i)));
      harness.advance(Duration.ofMillis(20));
    }

    assertThat(toldAt).containsExactly(500L, 1_000L, 1_500L, 2_000L);
  }

  @Test
  void waitsForADisappearanceToSettle() {
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    modified(slice("a", 101, ready("10.0.0.1")));
    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.2");
    harness.advance(SETTLE_WINDOW.minusNanos(1));
    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.2");

    harness.advance(Duration.ofNanos(1));

    assertThat(now()).containsExactly("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void tellsAtOnceThatAnEndpointTakesNoMoreCallsAndThatAlone(int which) {
    Conditions worse = List.of(UNREADY, DRAINING, STOPPED).get(which);
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2"), ready("10.0.0.3")));

    modified(slice("a", 101, endpoint("10.0.0.1", worse), ready("10.0.0.2"), ready("10.0.0.4")));

    assertThat(now()).containsExactly("10.0.0.2", "10.0.0.3");
    assertThat(find("10.0.0.1").conditions()).isEqualTo(worse);
    assertThat(heard).hasSize(1);
    harness.window();
    assertThat(now()).containsExactly("10.0.0.2", "10.0.0.4");
    assertThat(heard).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void doesNotWaitForTheSuccessorOfTheLastEndpoint(int which) {
    Conditions worse = List.of(UNREADY, DRAINING, STOPPED).get(which);
    synced(slice("a", 5, ready("10.0.0.1")), slice("b", 6));
    modified(slice("b", 101, ready("10.0.0.2")));
    assertThat(now()).containsExactly("10.0.0.1");

    modified(slice("a", 102, endpoint("10.0.0.1", worse)));

    assertThat(now()).containsExactly("10.0.0.2");
    assertThat(heard).hasSize(1);
    harness.window();
    assertThat(now()).containsExactly("10.0.0.2");
    assertThat(heard).hasSize(1);
  }

  @Test
  void doesNotWaitForTheSuccessorOfTheLastEndpointThatAFilterLeaves() {
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    ServiceWatch filtered =
        harness.watch(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withFilter(
                (endpoint, slice) -> !endpoint.address().equals("10.0.0.1")));
    harness.settle();
    assertThat(addresses(filtered.view())).containsExactly("10.0.0.2");

    modified(slice("a", 101, ready("10.0.0.1"), endpoint("10.0.0.2", UNREADY), ready("10.0.0.3")));

    assertThat(addresses(filtered.view())).containsExactly("10.0.0.3");
    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.3");
  }

  @Test
  void tellsAtOnceThatADrainingEndpointServesNoMore() {
    synced(slice("a", 5, endpoint("10.0.0.1", DRAINING), endpoint("10.0.0.2", DRAINING)));
    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.2");

    modified(slice("a", 101, endpoint("10.0.0.1", STOPPED), endpoint("10.0.0.2", DRAINING)));

    assertThat(now()).containsExactly("10.0.0.2");
  }

  @Test
  void waitsForAnEndpointThatBecomesReady() {
    synced(slice("a", 5, ready("10.0.0.1"), endpoint("10.0.0.2", UNREADY)));
    modified(slice("a", 101, ready("10.0.0.1"), ready("10.0.0.2")));
    assertThat(now()).containsExactly("10.0.0.1");

    harness.window();

    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void takesAnUnreadyCopyInAnotherSliceForNothingWhereANewerOneIsReady() {
    synced(slice("a", 5, ready("10.0.0.1")), slice("b", 6));

    modified(slice("a", 110, ready("10.0.0.1")), slice("b", 101, endpoint("10.0.0.1", UNREADY)));

    assertThat(now()).containsExactly("10.0.0.1");
    harness.window();
    assertThat(now()).containsExactly("10.0.0.1");
  }

  @Test
  void publishesNothingWhereTheContentIsTheSame() {
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")), slice("b", 6, ready("10.0.0.3")));
    ServiceView before = watch.view();
    EndpointSlice relabelled =
        new EndpointSlice(
            "shop",
            "a",
            "checkout",
            "101",
            before.endpoints().get(0).addressType(),
            Map.of(EndpointSlice.SERVICE_NAME_LABEL, "checkout", "team", "blue"),
            List.of(ready("10.0.0.1"), ready("10.0.0.2")),
            List.of(tcp("grpc", 8080)),
            null);

    modified(relabelled);
    harness.window();
    modified(slice("a", 102, ready("10.0.0.2"), ready("10.0.0.1")));
    harness.window();
    harness.last().added(slice("c", 103, ready("10.0.0.3")));
    harness.last().deleted(slice("b", 104));
    harness.window();
    harness.last().bookmark("200");
    harness.window();

    assertThat(watch.view()).isSameAs(before);
    assertThat(heard).isEmpty();
  }
}
