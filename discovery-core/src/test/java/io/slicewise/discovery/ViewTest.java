package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.DRAINING;
import static io.slicewise.discovery.Slices.READY;
import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.endpoint;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static io.slicewise.discovery.Slices.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a change of slices becomes a view, and what stays the same from one view to the next. */
class ViewTest extends ViewFixture {

  @Test
  void isPendingAndSaysSoBeforeTheFirstList() {
    watch = harness.watch("checkout:grpc");

    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(watch.view().revision()).isZero();
    assertThat(watch.whenSynced()).isNotDone();
    assertThatThrownBy(watch::pick)
        .isInstanceOf(NoEndpointException.class)
        .hasMessage(
            "no endpoint to pick: checkout.shop:grpc (PENDING, revision 0: 0 ready, 0"
                + " serving-terminating, 0 not ready): no list has arrived yet");
  }

  @Test
  void tellsTheFirstListAtOnce() {
    synced(slice("a", 5, ready("10.0.0.1")));

    assertThat(now()).containsExactly("10.0.0.1");
    assertThat(watch.view().revision()).isEqualTo(1);
    assertThat(watch.view().resourceVersion()).isEqualTo("100");
    assertThat(watch.whenSynced()).isCompletedWithValue(watch.view());
  }

  @Test
  void tellsAnEmptyFirstListToo() {
    synced();

    assertThat(watch.view().revision()).isEqualTo(1);
    assertThat(watch.whenSynced()).isCompleted();
  }

  @Test
  void isTheUnionOfAllSlices() {
    synced(
        slice("b", 5, ready("10.0.0.2")),
        slice("a", 6, ready("10.0.0.1"), ready("10.0.0.3")),
        slice("c", 7));

    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndpointThatMovesBetweenSlicesNeverLeavesTheView(boolean removedFirst) {
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")), slice("b", 6, ready("10.0.0.3")));
    Lease call = Lease.open(find("10.0.0.2"));
    EndpointSlice from = slice("a", 101, ready("10.0.0.1"));
    EndpointSlice to = slice("b", 102, ready("10.0.0.3"), ready("10.0.0.2"));

    modified(removedFirst ? from : to);
    assertThat(now()).contains("10.0.0.2");
    harness.advance(Duration.ofMillis(40));
    modified(removedFirst ? to : from);
    assertThat(now()).contains("10.0.0.2");
    harness.window();

    assertThat(now()).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    assertThat(heard).isEmpty();
    assertThat(find("10.0.0.2").load().inFlight()).isEqualTo(1);
    call.close();
    assertThat(find("10.0.0.2").load().inFlight()).isZero();
  }

  @Test
  void anEndpointThatMovesWithinOneBatchNeverLeavesTheView() {
    synced(slice("a", 5, ready("10.0.0.1")), slice("b", 6));
    Lease call = Lease.open(find("10.0.0.1"));

    modified(slice("a", 101), slice("b", 102, ready("10.0.0.1")));
    harness.window();

    assertThat(now()).containsExactly("10.0.0.1");
    assertThat(heard).isEmpty();
    assertThat(find("10.0.0.1").load().inFlight()).isEqualTo(1);
    call.close();
  }

  @Test
  void anEndpointInAnySliceIsInTheView() {
    synced(slice("a", 5, ready("10.0.0.1")), slice("b", 6, ready("10.0.0.1")));

    harness.last().deleted(slice("b", 101));
    harness.window();

    assertThat(now()).containsExactly("10.0.0.1");
  }

  @Test
  void revisionsGrowByOneWithContentAndNotWithStateAlone() {
    synced(slice("a", 5, ready("10.0.0.1")));
    for (int i = 1; i <= 5; i++) {
      modified(slice("a", 100 + i, ready("10.0.1." + i)));
      harness.window();
      assertThat(watch.view().revision()).isEqualTo(1 + i);
    }

    harness.last().broken();
    harness.advance(Duration.ofSeconds(10));

    assertThat(watch.view().state()).isEqualTo(SyncState.STALE);
    assertThat(watch.view().revision()).isEqualTo(6);
  }

  @Test
  void anEndpointKeepsItsCallsInFlightHoweverItsConditionsChange() {
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    Lease call = Lease.open(find("10.0.0.1"));
    for (Conditions next : List.of(UNREADY, READY, DRAINING)) {
      modified(slice("a", 101 + heard.size(), endpoint("10.0.0.1", next), ready("10.0.0.2")));
      harness.window();
      assertThat(find("10.0.0.1").conditions()).isEqualTo(next);
      assertThat(find("10.0.0.1").load().inFlight()).isEqualTo(1);
    }
    call.close();
    assertThat(find("10.0.0.1").load().inFlight()).isZero();
  }

  @Test
  void anUnchangedEndpointIsTheVerySameObject() {
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    Endpoint before = find("10.0.0.1");

    modified(slice("a", 101, ready("10.0.0.1"), ready("10.0.0.3")));
    harness.window();

    assertThat(find("10.0.0.1")).isSameAs(before);
  }

  @Test
  void anotherPodAtTheSameAddressIsAnotherEndpoint() {
    synced(slice("a", 5, endpoint("10.0.0.1", READY, "old")));
    Lease call = Lease.open(find("10.0.0.1"));

    modified(slice("a", 101, endpoint("10.0.0.1", READY, "new")));
    harness.window();

    assertThat(find("10.0.0.1").pod()).isEqualTo("new");
    assertThat(find("10.0.0.1").load().inFlight()).isZero();
    call.close();
    assertThat(find("10.0.0.1").load().inFlight()).isZero();
  }

  @Test
  void anEndpointThatComesBackAfterItWasGoneIsANewOne() {
    synced(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    Lease call = Lease.open(find("10.0.0.1"));
    modified(slice("a", 101, ready("10.0.0.2")));
    harness.window();

    modified(slice("a", 102, ready("10.0.0.1"), ready("10.0.0.2")));
    harness.window();

    assertThat(find("10.0.0.1").load().inFlight()).isZero();
    call.close();
  }

  @Test
  void aPortChangedInPlaceIsAnotherEndpoint() {
    synced(slice("a", 5, ready("10.0.0.1")));

    modified(Slices.slice("checkout", "a", 101, List.of(tcp("grpc", 9090)), ready("10.0.0.1")));
    assertThat(find("10.0.0.1").port()).isEqualTo(8080);
    harness.window();

    assertThat(watch.view().endpoints()).hasSize(1);
    assertThat(find("10.0.0.1").port()).isEqualTo(9090);
  }

  @Test
  void showsTheDeletionOfEverything() {
    synced(slice("a", 5, ready("10.0.0.1")), slice("b", 6, ready("10.0.0.2")));

    harness.last().deleted(slice("a", 101)).deleted(slice("b", 102));
    harness.window();

    assertThat(watch.view().endpoints()).isEmpty();
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThatThrownBy(watch::pick)
        .hasMessageContaining("revision 2: 0 ready")
        .hasMessageContaining("no EndpointSlice names the Service shop/checkout");
  }

  @Test
  void keepsTheViewThroughAnHourWithoutAnApiServer() {
    synced(slice("a", 5, ready("10.0.0.1")));
    harness.last().broken();
    for (int minute = 0; minute < 60; minute++) {
      harness.source.running().forEach(ScriptedSource.Call::unreachable);
      harness.settle().advance(Duration.ofMinutes(1));
      assertThat(watch.pick().address()).isEqualTo("10.0.0.1");
    }
    assertThat(watch.view().state()).isEqualTo(SyncState.STALE);
  }

  @Test
  void tellsHowLongTheNewestChangeTook() {
    synced(slice("a", 5, ready("10.0.0.1")));
    assertThat(watch.view().propagation()).isNull();
    harness.advance(Duration.ofSeconds(5));
    Instant trigger = harness.clock.instant().minusMillis(120);

    modified(changedAt(trigger, slice("a", 101, ready("10.0.0.2"))));
    harness.window();
    assertThat(watch.view().propagation()).isEqualTo(Duration.ofMillis(120));

    modified(changedAt(trigger, slice("a", 102, ready("10.0.0.3"))));
    harness.window();
    assertThat(watch.view().propagation()).isEqualTo(Duration.ofMillis(120));
  }

  @Test
  void doesNotMeasureChangesFromBeforeItWatchedAndNoClockThatRunsAhead() {
    harness.advance(Duration.ofHours(1));
    Instant before = harness.clock.instant().minusSeconds(1);
    synced(changedAt(before, slice("a", 5, ready("10.0.0.1"))));
    assertThat(watch.view().propagation()).isNull();

    Instant ahead = harness.clock.instant().plusSeconds(9);
    modified(changedAt(ahead, slice("a", 101, ready("10.0.0.2"))));
    harness.window();

    assertThat(watch.view().propagation()).isEqualTo(Duration.ZERO);
  }

  private static EndpointSlice changedAt(Instant trigger, EndpointSlice slice) {
    return new EndpointSlice(
        slice.namespace(),
        slice.name(),
        slice.service(),
        slice.resourceVersion(),
        slice.addressType(),
        slice.labels(),
        slice.endpoints(),
        slice.ports(),
        trigger);
  }

  @Test
  void aViewTakenBeforeCloseStaysAndTheWatchSaysClosed() {
    synced(slice("a", 5, ready("10.0.0.1")));
    ServiceView before = watch.view();

    watch.close();
    watch.close();

    assertThat(before.state()).isEqualTo(SyncState.SYNCED);
    assertThat(watch.view().state()).isEqualTo(SyncState.CLOSED);
    assertThat(watch.view().endpoints()).hasSize(1);
    assertThatThrownBy(watch::acquire)
        .isInstanceOf(NoEndpointException.class)
        .hasMessageContaining("CLOSED")
        .hasMessageEndingWith("discovery was closed");
  }

  @Test
  void aWatchClosedBeforeItsFirstListFailsItsFuture() {
    watch = harness.watch("checkout:grpc");
    var synced = watch.whenSynced();

    watch.close();

    assertThatThrownBy(synced::join).hasCauseInstanceOf(NoEndpointException.class);
  }

  @Test
  void aNewWatchAfterTheEndIsRefused() {
    harness.discovery.close();

    assertThatThrownBy(() -> harness.discovery.watch("checkout"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("discovery is closed");
  }

  @Test
  void fiveThousandEndpointsKeepTheirIdentityWhenOneChanges() {
    EndpointSlice[] slices = new EndpointSlice[50];
    for (int s = 0; s < slices.length; s++) {
      slices[s] = slice("s" + s, 5, hundred(s, READY));
    }
    synced(slices);
    List<Endpoint> before = watch.view().endpoints();
    assertThat(before).hasSize(5_000);

    modified(slice("s7", 101, hundred(7, UNREADY)));
    harness.window();

    assertThat(watch.view().eligible()).hasSize(4_999);
    int same = 0;
    for (int i = 0; i < before.size(); i++) {
      same += watch.view().endpoints().get(i) == before.get(i) ? 1 : 0;
    }
    assertThat(same).isEqualTo(4_999);
  }

  private static SliceEndpoint[] hundred(int slice, Conditions ofFirst) {
    SliceEndpoint[] endpoints = new SliceEndpoint[100];
    for (int i = 0; i < endpoints.length; i++) {
      endpoints[i] = endpoint("10.1." + slice + "." + i, i == 0 ? ofFirst : READY);
    }
    return endpoints;
  }
}
