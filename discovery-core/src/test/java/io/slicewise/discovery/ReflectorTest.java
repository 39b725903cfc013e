package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.LONGEST_FIRST_BACKOFF;
import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The list/watch protocol, request by request. */
class ReflectorTest {

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  private ServiceWatch synced() {
    return harness.synced();
  }

  private void assertLast(Kind kind, String version) {
    harness.assertLast(kind, version);
  }

  private void assertNoNewRequestBefore(Duration delay, int requests) {
    harness.advance(delay.minusMillis(1));
    assertThat(harness.requests()).isEqualTo(requests);
  }

  @Test
  void asksForAWatchListOfTheServiceFirst() {
    harness.watch("checkout:grpc");

    assertLast(Kind.WATCH_LIST, "");
    assertThat(harness.last().request.services()).containsExactly("checkout");
    assertThat(harness.last().request.timeout())
        .isBetween(Duration.ofSeconds(300), Duration.ofSeconds(600));
  }

  @Test
  void publishesNothingBeforeTheInitialEventsAreComplete() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().open().added(slice("a", 5, ready("10.0.0.1")));
    harness.settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(watch.view().endpoints()).isEmpty();

    harness.last().initialEventsEnd("10");
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(watch.view().resourceVersion()).isEqualTo("10");
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
  }

  @Test
  void resumesFromTheLastVersionAfterACleanEnd() {
    synced();
    harness.advance(Duration.ofMinutes(2));
    harness.last().bookmark("77");
    harness.settle();

    harness.last().eof();
    harness.settle();

    assertLast(Kind.WATCH, "77");
  }

  @Test
  void resumesFromTheLastVersionOneBackoffAfterABreak() {
    ServiceWatch watch = synced();
    int requests = harness.requests();
    harness.last().modified(slice("a", 20, ready("10.0.0.1"))).broken();
    harness.settle();

    assertNoNewRequestBefore(Duration.ofMillis(800), requests);
    harness.advance(LONGEST_FIRST_BACKOFF);

    assertLast(Kind.WATCH, "20");
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
  }

  @Test
  void isStaleWhenReconnectingFailsAndNoMoreWhenTheWatchOpens() {
    ServiceWatch watch = synced();
    harness.last().broken();
    harness.advance(LONGEST_FIRST_BACKOFF);
    harness.last().unreachable();
    harness.settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.STALE);
    assertThat(watch.view().problem()).contains("timed out");
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");

    harness.advance(Duration.ofSeconds(4));
    harness.last().open();
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(watch.view().problem()).isNull();
  }

  @Test
  void listsNotOlderThanTheLastVersionWhenTheWatchExpired() {
    ServiceWatch watch = synced();
    harness.last().error(410, "Expired");
    harness.settle();
    assertLast(Kind.WATCH_LIST, "10");

    harness.last().open().added(slice("b", 30, ready("10.0.0.2"))).initialEventsEnd("31");
    harness.settle().advance(Duration.ofMillis(50));

    assertThat(addresses(watch.view())).containsExactly("10.0.0.2");
  }

  @Test
  void listsTheNewestWhenTheListIsExpiredToo() {
    synced();
    harness.last().error(410, "Expired");
    harness.settle();
    harness.last().refused(410, "Expired");
    harness.settle();

    assertLast(Kind.WATCH_LIST, "");
  }

  @Test
  void listsTheNewestWhenTheServerHasNotReachedTheVersion() {
    synced();
    harness.last().error(410, "Expired");
    harness.settle();
    harness.last().refused(new ApiStatus(504, "Timeout", "Too large resource version", null, true));
    harness.settle();

    assertLast(Kind.WATCH_LIST, "");
  }

  @Test
  void doesNotRelistWhenThrottledAndWaitsAsLongAsItIsTold() {
    synced();
    harness.advance(Duration.ofMinutes(2));
    harness.last().eof();
    harness.settle();
    int requests = harness.requests();
    harness.last().refused(429, "TooManyRequests", Duration.ofSeconds(30));
    harness.settle();

    assertNoNewRequestBefore(Duration.ofSeconds(30), requests);
    harness.advance(Duration.ofSeconds(2));

    assertLast(Kind.WATCH, "10");
  }

  @Test
  void fallsBackToListAndWatchAndRemembersItWhenTheWatchListIsRefused() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(422, "Invalid");
    harness.settle();
    assertLast(Kind.LIST, "");
    assertThat(harness.last().request.limit()).isEqualTo(500);

    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).listed("12");
    harness.settle();
    assertLast(Kind.WATCH, "12");
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");

    harness.last().open().error(410, "Expired");
    harness.settle();
    assertLast(Kind.LIST, "12");
    assertThat(harness.last().request.limit()).isZero();
  }

  @Test
  void collectsAllPagesBeforeItPublishes() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(422, "Invalid");
    harness.settle();
    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).page("12", "next");
    harness.settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(harness.last().request.continueToken()).isEqualTo("next");

    harness.last().open().added(slice("b", 6, ready("10.0.0.2"))).listed("12");
    harness.settle();

    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void treatsAVeryShortWatchAsAFailure() {
    synced();
    harness.advance(Duration.ofMinutes(2));
    harness.last().eof();
    harness.settle();
    int requests = harness.requests();

    harness.last().open().eof();
    harness.settle();

    assertNoNewRequestBefore(Duration.ofMillis(800), requests);
    harness.advance(LONGEST_FIRST_BACKOFF);
    assertLast(Kind.WATCH_LIST, "10");
  }

  @Test
  void listsAgainAfterALineThatCannotBeRead() {
    synced();
    harness.last().undecodable();
    harness.advance(LONGEST_FIRST_BACKOFF);

    assertLast(Kind.WATCH_LIST, "10");
  }

  @Test
  void distrustsItsVersionAfterLongSilence() {
    synced();
    harness.advance(Duration.ofSeconds(149));
    assertThat(harness.last().isCancelled()).isFalse();

    ScriptedSource.Call silent = harness.last();
    harness.advance(Duration.ofSeconds(2));

    assertThat(silent.isCancelled()).isTrue();
    assertLast(Kind.WATCH_LIST, "");
  }

  @Test
  void staysOnTheStreamAsLongAsBookmarksCome() {
    synced();
    int requests = harness.requests();
    for (int minute = 1; minute <= 4; minute++) {
      harness.advance(Duration.ofMinutes(1));
      harness.last().bookmark(Integer.toString(100 + minute));
    }
    harness.settle();

    assertThat(harness.requests()).isEqualTo(requests);
  }

  @Test
  void givesUpAServerThatAcceptsAndDoesNotAnswer() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    ScriptedSource.Call mute = harness.last();
    harness.advance(Duration.ofSeconds(31));

    assertThat(mute.isCancelled()).isTrue();
    assertThat(watch.view().problem()).contains("no answer from https://scripted for 30 s");
    harness.advance(LONGEST_FIRST_BACKOFF);
    assertThat(harness.requests()).isEqualTo(2);
  }

  @Test
  void triesAListWhenTheInitialEventsStall() {
    harness.watch("checkout:grpc");
    harness.last().open().added(slice("a", 5, ready("10.0.0.1")));
    harness.advance(Duration.ofSeconds(31));

    assertLast(Kind.LIST, "");
  }

  @Test
  void namesTheRoleThatIsMissing() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(403, "Forbidden");
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(watch.view().problem())
        .contains("watch endpointslices.discovery.k8s.io in namespace shop")
        .contains("kind: Role")
        .contains("namespace: shop");
  }

  @Test
  void waitsTwiceAsLongAfterEachFailureUpToHalfAMinuteAndAddsAtMostTheSameAgain() {
    harness.watch("checkout:grpc");
    for (int i = 0; i < 12; i++) {
      long floor = Math.min(800L << i, 30_000);
      int requests = harness.requests();
      harness.last().unreachable();
      harness.settle();
      assertNoNewRequestBefore(Duration.ofMillis(floor), requests);
      harness.advance(Duration.ofMillis(floor + 1));
      assertThat(harness.requests()).isEqualTo(requests + 1);
    }
  }

  private void failSixTimes() {
    for (int i = 0; i < 6; i++) {
      harness.awaitRequest();
      harness.last().unreachable();
    }
    harness.awaitRequest();
    harness.last().open();
    harness.settle();
  }

  @Test
  void anOutageIsForgottenWhenAStreamIsAccepted() {
    synced();
    harness.last().broken();
    failSixTimes();

    harness.last().broken();
    harness.settle();
    int requests = harness.requests();

    assertNoNewRequestBefore(Duration.ofMillis(1_600), requests);
    harness.advance(LONGEST_FIRST_BACKOFF.multipliedBy(2));
    assertThat(harness.requests()).isEqualTo(requests + 1);
    assertLast(Kind.WATCH, "10");
  }

  @Test
  void waitsEverLongerForAServerThatDiesYoung() {
    synced();
    for (int i = 0; i < 7; i++) {
      harness.advance(Duration.ofMillis(4_999));
      harness.last().broken();
      harness.settle();
      assertNoNewRequestBefore(Duration.ofMillis(Math.min(800L << i, 30_000)), harness.requests());
      harness.awaitRequest();
      harness.last().open();
      harness.settle();
    }
  }

  @Test
  void everyFiveSecondsOfLifeMakeGoodAStreamThatDiedYoung() {
    synced();
    for (int i = 0; i < 7; i++) {
      harness.last().broken();
      harness.awaitRequest();
      harness.last().open();
      harness.settle();
    }
    harness.advance(Duration.ofSeconds(25));
    harness.last().broken();
    harness.settle();
    int requests = harness.requests();

    assertNoNewRequestBefore(Duration.ofMillis(3_200), requests);
    harness.advance(LONGEST_FIRST_BACKOFF.multipliedBy(4));
    assertThat(harness.requests()).isEqualTo(requests + 1);
  }

  @Test
  void dropsWhatAnAbandonedAttemptStillSays() {
    ServiceWatch watch = synced();
    ScriptedSource.Call old = harness.last();
    harness.advance(Duration.ofSeconds(151));
    harness.last().open().added(slice("a", 5, ready("10.0.0.1"))).initialEventsEnd("11");
    harness.settle();

    old.modified(slice("a", 99));
    harness.settle().advance(Duration.ofSeconds(1));

    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
    assertThat(watch.view().resourceVersion()).isNotEqualTo("99");
  }
}
