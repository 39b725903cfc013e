package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.LONGEST_FIRST_BACKOFF;
import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists that break, fall back or pause, and watches that go silent or never end. */
class ReflectorStallsTest {

  private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(800);

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  /** A watch at version 10, reopened after a healthy while, that the server has not answered. */
  private ServiceWatch reconnecting() {
    ServiceWatch watch = harness.synced();
    harness.advance(Duration.ofMinutes(2));
    harness.last().eof();
    harness.settle();
    harness.assertLast(Kind.WATCH, "10");
    return watch;
  }

  private void assertNextAfterBackoff(Kind kind, String version) {
    harness.settle();
    harness.assertQuietFor(SHORTEST_BACKOFF);
    int requests = harness.requests();
    harness.advance(LONGEST_FIRST_BACKOFF);
    assertThat(harness.requests()).isEqualTo(requests + 1);
    harness.assertLast(kind, version);
  }

  @Test
  void triesTheWatchListAgainAfterItWasCutOnceAndAListAfterItWasCutTwice() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().open().added(slice("a", 99, ready("10.0.0.1"))).eof();
    assertNextAfterBackoff(Kind.WATCH_LIST, "");
    harness.last().open().added(slice("a", 99, ready("10.0.0.1"))).eof();
    harness.settle().advance(Duration.ofSeconds(4));

    harness.assertLast(Kind.LIST, "");
    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
  }

  @Test
  void asksAServerThatNeverAnsweredAgainSoonHoweverOften() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    for (int attempts = 1; attempts <= 8; attempts++) {
      assertThat(harness.requests()).isEqualTo(attempts);
      harness.advance(Duration.ofSeconds(30));
      assertThat(watch.view().problem()).contains("no answer");
      harness.advance(Duration.ofMillis(800));
    }
  }

  @Test
  void asksAServerThatHasAnsweredOnceEverLessOften() {
    reconnecting();
    int requests = harness.requests();
    for (int silences = 0; silences < 4; silences++) {
      harness.advance(Duration.ofMillis(30_800));
    }
    assertThat(harness.requests()).isLessThan(requests + 4);
  }

  @Test
  void dropsInitialEventsThatWereCutAndKeepsItsVersion() {
    ServiceWatch watch = harness.synced();
    harness.last().error(410, "Expired");
    harness.settle();
    harness.last().open().added(slice("b", 40, ready("10.0.0.2"))).broken();

    assertNextAfterBackoff(Kind.WATCH_LIST, "10");
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
  }

  @Test
  void beginsTheListAnewWhenItsContinueTokenExpired() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(422, "Invalid");
    harness.settle();
    harness.last().open().added(slice("gone", 5, ready("10.0.0.9"))).page("12", "next");
    harness.settle();
    assertThat(harness.last().request.continueToken()).isEqualTo("next");

    harness.last().refused(410, "Expired");
    harness.settle();
    harness.assertLast(Kind.LIST, "");
    assertThat(harness.last().request.continueToken()).isNull();
    harness.last().open().added(slice("a", 20, ready("10.0.0.1"))).listed("21");
    harness.settle();

    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
    harness.assertLast(Kind.WATCH, "21");
  }

  @Test
  void listsOnceWhenTheServerRefusesTheWatchListForAnUnknownReason() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(406, "NotAcceptable");
    assertNextAfterBackoff(Kind.LIST, "");
    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).listed("12");
    harness.settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);

    harness.last().open().error(410, "Expired");
    harness.settle();

    harness.assertLast(Kind.WATCH_LIST, "12");
  }

  @Test
  void saysNoMoreOfTheRefusedWatchListOnceTheListIsHere() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(422, "Invalid");
    harness.settle();
    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).listed("12");
    harness.settle();

    assertThat(watch.whenSynced().join().problem()).isNull();
    assertThat(watch.view().problem()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422})
  void remembersForEveryNamespaceThatWatchListsAreRefused(int code) {
    harness.watch("checkout:grpc");
    harness.last().refused(code, "Invalid");
    harness.settle();

    harness.watch("stock.depot:grpc");

    assertThat(harness.last().request.namespace()).isEqualTo("depot");
    harness.assertLast(Kind.LIST, "");
  }

  @Test
  void beginsAListAnewThatPausesBeforeItsEnd() {
    harness.watch("checkout:grpc");
    harness.last().refused(422, "Invalid");
    harness.settle();
    ScriptedSource.Call stalled = harness.last().open();
    harness.advance(Duration.ofSeconds(30));

    assertThat(stalled.isCancelled()).isTrue();
    assertNextAfterBackoff(Kind.LIST, "");
  }

  @Test
  void distrustsAVersionFromTheFutureThatTheServerAcceptsInSilence() {
    ServiceWatch watch = reconnecting();
    ScriptedSource.Call silent = harness.last().open();
    harness.advance(Duration.ofSeconds(150));

    assertThat(silent.isCancelled()).isTrue();
    harness.assertLast(Kind.WATCH_LIST, "");
    harness.last().open().added(slice("a", 2, ready("10.0.0.3"))).initialEventsEnd("3");
    harness.window();
    assertThat(addresses(watch.view())).containsExactly("10.0.0.3");
    assertThat(watch.view().resourceVersion()).isEqualTo("3");
  }

  @Test
  void reopensAWatchThatTheServerLeavesOpenPastItsDeadline() {
    harness.synced();
    ScriptedSource.Call overdue = harness.last();
    Duration deadline = overdue.request.timeout().plusSeconds(30);
    long minutes = deadline.toMinutes();
    for (int minute = 1; minute <= minutes; minute++) {
      harness.advance(Duration.ofMinutes(1));
      overdue.bookmark(Integer.toString(100 + minute));
    }
    harness.settle();
    assertThat(overdue.isCancelled()).isFalse();

    harness.advance(deadline.minusMinutes(minutes));

    assertThat(overdue.isCancelled()).isTrue();
    harness.assertLast(Kind.WATCH, Long.toString(100 + minutes));
  }
}
