package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.endpoint;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The long run of a stream: versions, relists, bookmarks, old attempts, and its end. */
class ReflectorLifecycleTest {

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void anHourOfBookmarksAloneIsAFewWatchesAndNoList() {
    ServiceWatch watch = harness.synced();
    List<ServiceView> heard = new ArrayList<>();
    watch.subscribe(heard::add);
    harness.settle();
    int version = 100;
    Duration open = Duration.ZERO;
    for (int second = 1; second <= 3_600; second++) {
      harness.advance(Duration.ofSeconds(1));
      open = open.plusSeconds(1);
      if (second % 60 == 0) {
        harness.last().bookmark(Integer.toString(++version));
      }
      if (open.equals(harness.last().request.timeout())) {
        harness.last().eof();
        harness.settle();
        harness.assertLast(Kind.WATCH, Integer.toString(version));
        harness.last().open();
        open = Duration.ZERO;
      }
    }

    assertThat(harness.requests()).isBetween(6, 13);
    assertThat(harness.source.calls().stream().skip(1))
        .allMatch(call -> call.request.kind() == Kind.WATCH);
    assertThat(heard).hasSize(1);
    assertThat(watch.view().revision()).isEqualTo(1);
  }

  @Test
  void neitherInitialEventsNorAStartedRelistMoveTheVersion() {
    harness.watch("checkout:grpc");
    harness.last().open().added(slice("a", 99, ready("10.0.0.1"))).broken();
    harness.awaitRequest();
    harness.assertLast(Kind.WATCH_LIST, "");

    harness.last().open().added(slice("a", 99, ready("10.0.0.1"))).initialEventsEnd("120");
    harness.last().error(410, "Expired");
    harness.settle();
    harness.assertLast(Kind.WATCH_LIST, "120");
    harness.last().open().added(slice("a", 400, ready("10.0.0.1"))).broken();
    harness.awaitRequest();

    harness.assertLast(Kind.WATCH_LIST, "120");
  }

  @Test
  void aDeletionMovesTheVersion() {
    harness.synced();
    harness.last().deleted(slice("a", 33)).broken();
    harness.awaitRequest();

    harness.assertLast(Kind.WATCH, "33");
  }

  @Test
  void initialEventsMayChangeAndDeleteWhatTheyBegan() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness
        .last()
        .open()
        .added(slice("a", 5, ready("10.0.0.1")), slice("b", 6, ready("10.0.0.2")))
        .bookmark("7")
        .modified(slice("a", 8, ready("10.0.0.3")))
        .deleted(slice("b", 9))
        .initialEventsEnd("9");
    harness.settle();

    assertThat(addresses(watch.view())).containsExactly("10.0.0.3");
  }

  @Test
  void aRelistIsTakenWholeAndWhatItLacksIsGone() {
    ServiceWatch watch =
        harness.synced(
            "checkout:grpc",
            "10",
            slice("a", 5, ready("10.0.0.1")),
            slice("b", 6, ready("10.0.0.2")));
    List<List<String>> heard = new ArrayList<>();
    watch.subscribe(view -> heard.add(addresses(view)));
    harness.settle();
    harness.last().error(410, "Expired");
    harness.settle();
    harness.last().open().added(slice("b", 20, ready("10.0.0.2"), ready("10.0.0.3")));
    harness.settle().advance(Duration.ofSeconds(1));
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2");

    harness.last().initialEventsEnd("21");
    harness.window();

    assertThat(heard)
        .containsExactly(List.of("10.0.0.1", "10.0.0.2"), List.of("10.0.0.2", "10.0.0.3"));
  }

  @Test
  void aRelistThatBringsTheSameIsSilent() {
    ServiceWatch watch = harness.synced();
    ServiceView before = watch.view();
    harness.last().error(410, "Expired");
    harness.settle();
    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).initialEventsEnd("31");
    harness.window();

    assertThat(watch.view()).isSameAs(before);
  }

  @Test
  void aRelistMayBringOlderVersionsAfterTheClusterWasRestored() {
    ServiceWatch watch = harness.synced("checkout:grpc", "900", slice("a", 800, ready("10.0.0.1")));
    harness.advance(Duration.ofSeconds(150));
    harness.assertLast(Kind.WATCH_LIST, "");
    harness.last().open().added(slice("a", 20, ready("10.0.0.7"))).initialEventsEnd("21");
    harness.window();
    assertThat(addresses(watch.view())).containsExactly("10.0.0.7");

    harness.last().modified(slice("a", 22, ready("10.0.0.8")));
    harness.window();

    assertThat(addresses(watch.view())).containsExactly("10.0.0.8");
  }

  @Test
  void aWatchThatDeliversIsNotStaleHoweverOftenItEnds() {
    ServiceWatch watch = harness.synced();
    List<SyncState> states = new ArrayList<>();
    watch.subscribe(view -> states.add(view.state()));
    for (int i = 0; i < 5; i++) {
      harness.advance(Duration.ofMinutes(1));
      harness.last().bookmark(Integer.toString(50 + i)).eof();
      harness.settle();
      harness.last().open();
      harness.settle();
    }

    assertThat(states).containsExactly(SyncState.SYNCED);
  }

  @Test
  void nothingThatAnAbandonedAttemptSaysCounts() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    ScriptedSource.Call old = harness.last();
    harness.advance(Duration.ofSeconds(31));
    assertThat(old.isCancelled()).isTrue();
    harness.awaitRequest();
    int requests = harness.requests();

    old.open().added(slice("a", 5, ready("10.0.0.9"))).initialEventsEnd("6").error(410, "Expired");
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(harness.requests()).isEqualTo(requests);
    assertThat(harness.source.running()).hasSize(1);
  }

  @Test
  void aBurstIsTakenAsItsLastState() {
    ServiceWatch watch = harness.synced();
    for (int i = 0; i < 10_000; i++) {
      harness.last().modified(slice("a", 20 + i, ready("10.0.1." + i % 250)));
    }
    harness.last().modified(slice("a", 20_000, ready("10.0.2.1"))).bookmark("20001");
    harness.window();

    assertThat(addresses(watch.view())).containsExactly("10.0.2.1");
    harness.last().broken();
    harness.awaitRequest();
    harness.assertLast(Kind.WATCH, "20001");
  }

  /** A moment in the life of a stream. */
  private enum Phase {
    BEFORE_THE_FIRST_REQUEST(harness -> harness.discovery.watch("checkout:grpc")),
    CONNECTING(harness -> harness.watch("checkout:grpc")),
    INITIAL_EVENTS(
        harness -> {
          harness.watch("checkout:grpc");
          harness.last().open().added(slice("a", 5, ready("10.0.0.1")));
        }),
    BETWEEN_PAGES(
        harness -> {
          harness.watch("checkout:grpc");
          harness.last().refused(422, "Invalid");
          harness.settle();
          harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).page("9", "next");
        }),
    WATCHING(Harness::synced),
    SETTLING(
        harness -> {
          harness.synced();
          harness.last().modified(slice("a", 20, ready("10.0.0.1"), ready("10.0.0.2")));
          harness.settle();
        }),
    EVENTS_QUEUED(
        harness -> {
          harness.synced();
          harness.last().modified(slice("a", 20, endpoint("10.0.0.1", UNREADY)));
        }),
    BACKING_OFF(
        harness -> {
          harness.synced();
          harness.last().broken();
          harness.settle();
        }),
    STALE(
        harness -> {
          harness.synced();
          harness.last().broken();
          harness.advance(Duration.ofSeconds(11));
        }),
    PAUSING(
        harness -> {
          harness.watch("checkout:grpc");
          harness.last().refused(404, "NotFound");
          harness.settle();
        });

    private final Consumer<Harness> reach;

    Phase(Consumer<Harness> reach) {
      this.reach = reach;
    }
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void closingDiscoveryEndsTheExchangeAndStartsNothingMore(Phase phase) {
    ServiceWatch watch = harness.discovery.watch("checkout:grpc");
    phase.reach.accept(harness);
    List<ServiceView> heard = new ArrayList<>();
    watch.subscribe(heard::add);

    harness.discovery.close();
    assertThat(watch.view().state()).isEqualTo(SyncState.CLOSED);
    harness.settle();
    int requests = harness.requests();

    assertThat(harness.source.running()).isEmpty();
    assertThat(harness.source.isClosed()).isTrue();
    assertThat(harness.clock.pendingTasks()).isZero();
    harness.advance(Duration.ofHours(1));
    assertThat(harness.requests()).isEqualTo(requests);
    assertThat(heard).isEmpty();
    assertThatThrownBy(watch::pick).isInstanceOf(NoEndpointException.class);
  }

  @Test
  void closeCancelsTheStreamsEvenIfTheApplicationsSchedulerHasEnded() throws Exception {
    try (Harness other = new Harness()) {
      other.synced();
      other.clock.shutdownNow();

      other.discovery.close();

      assertThat(other.source.isClosed()).isTrue();
      assertThat(other.source.running()).isEmpty();
      assertThat(other.discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    }
  }
}
