package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.LONGEST_FIRST_BACKOFF;
import static io.slicewise.discovery.Harness.addresses;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each error of the list/watch protocol leads to: the next request, and when. */
class ReflectorErrorsTest {

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

  private static ApiStatus status(int code, String reason, Duration retryAfter) {
    return new ApiStatus(code, reason, "scripted", retryAfter, false);
  }

  private static ApiStatus tooLarge() {
    return new ApiStatus(504, "Timeout", "Too large resource version", null, true);
  }

  private void assertNextAfterBackoff(Kind kind, String version) {
    harness.settle();
    harness.assertQuietFor(SHORTEST_BACKOFF);
    int requests = harness.requests();
    harness.advance(LONGEST_FIRST_BACKOFF);
    assertThat(harness.requests()).isEqualTo(requests + 1);
    harness.assertLast(kind, version);
  }

  @ParameterizedTest
  @CsvSource({
    "429, TooManyRequests, WATCH, 10",
    "401, Unauthorized, WATCH, 10",
    "403, Forbidden, WATCH, 10",
    "500, InternalError, WATCH_LIST, 10",
    "502, '', WATCH, 10",
    "503, ServiceUnavailable, WATCH, 10",
    "504, Timeout, WATCH, 10",
    "400, BadRequest, WATCH_LIST, ''",
    "422, Invalid, WATCH_LIST, ''",
    "418, '', WATCH_LIST, 10",
  })
  void answersARefusedWatchAfterABackoff(int code, String reason, Kind next, String version) {
    ServiceWatch watch = reconnecting();
    harness.last().refused(code, reason);

    assertNextAfterBackoff(next, version);
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
    assertThat(watch.view().state()).isEqualTo(SyncState.STALE);
    assertThat(watch.view().problem()).contains(Integer.toString(code));
  }

  @ParameterizedTest
  @CsvSource({
    "429, TooManyRequests, WATCH, 10",
    "500, InternalError, WATCH_LIST, 10",
    "503, ServiceUnavailable, WATCH, 10",
  })
  void answersAnErrorEventAfterABackoffAsItAnswersAStatus(
      int code, String reason, Kind next, String version) {
    ServiceWatch watch = reconnecting();
    harness.last().open().error(code, reason);

    assertNextAfterBackoff(next, version);
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void keepsToRetryAfterAndToTheWatchWhateverTheStatus(int code) {
    reconnecting();
    harness.last().refused(status(code, "", Duration.ofSeconds(20)));
    harness.settle();

    harness.assertQuietFor(Duration.ofSeconds(20));
    harness.advance(Duration.ofSeconds(1));

    harness.assertLast(Kind.WATCH, "10");
  }

  @Test
  void keepsToRetryAfterOfAnErrorEvent() {
    reconnecting();
    harness.last().open().error(status(429, "TooManyRequests", Duration.ofSeconds(20)));
    harness.settle();

    harness.assertQuietFor(Duration.ofSeconds(20));
    harness.advance(Duration.ofSeconds(1));

    harness.assertLast(Kind.WATCH, "10");
  }

  @Test
  void waitsForTheBackoffWhereRetryAfterIsShorter() {
    reconnecting();
    harness.last().refused(status(429, "", Duration.ofMillis(1)));

    assertNextAfterBackoff(Kind.WATCH, "10");
  }

  @Test
  void believesNoRetryAfterBeyondTwoMinutes() {
    reconnecting();
    int requests = harness.requests();
    harness.last().refused(status(503, "", Duration.ofDays(1)));
    harness.settle();

    harness.assertQuietFor(Duration.ofMinutes(2));
    harness.advance(Duration.ofSeconds(1));

    assertThat(harness.requests()).isEqualTo(requests + 1);
  }

  @Test
  void pausesHalfAMinuteToAMinuteWhereTheApiIsUnknown() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(404, "NotFound");
    harness.settle();

    assertThat(watch.view().problem()).contains("Kubernetes 1.21");
    harness.assertQuietFor(Duration.ofSeconds(30));
    harness.advance(Duration.ofSeconds(31));
    assertThat(harness.requests()).isEqualTo(2);
    harness.assertLast(Kind.WATCH_LIST, "");
  }

  @Test
  void namesTheCredentialsThatAreNotAccepted() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(401, "Unauthorized");
    harness.settle();

    assertThat(watch.view().problem())
        .contains("https://scripted does not accept the credentials (401)");
  }

  @Test
  void namesTheVerbThatIsForbidden() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(422, "Invalid");
    harness.settle();
    harness
        .last()
        .refused(new ApiStatus(403, "Forbidden", "User x cannot list resource", null, false));
    harness.settle();

    assertThat(watch.view().problem())
        .contains("forbidden (403) to list endpointslices.discovery.k8s.io in namespace shop")
        .contains("User x cannot list resource");
  }

  @Test
  void backsOffFromForbiddenToTheLongestWait() {
    harness.watch("checkout:grpc");
    for (int i = 0; i < 8; i++) {
      harness.last().refused(403, "Forbidden");
      harness.awaitRequest();
    }
    harness.last().refused(403, "Forbidden");
    harness.settle();

    harness.assertQuietFor(Duration.ofSeconds(30));
    int requests = harness.requests();
    harness.advance(Duration.ofSeconds(31));
    assertThat(harness.requests()).isEqualTo(requests + 1);
  }

  @Test
  void listsAgainAfterTenRefusalsOfTheWatchInARow() {
    reconnecting();
    for (int i = 1; i < 10; i++) {
      harness.last().refused(503, "");
      harness.awaitRequest();
      harness.assertLast(Kind.WATCH, "10");
    }

    harness.last().refused(503, "");
    harness.awaitRequest();

    harness.assertLast(Kind.WATCH_LIST, "10");
  }

  @Test
  void listsTheNewestAfterTenRefusalsOfAListInARow() {
    harness.synced();
    harness.last().error(410, "Expired");
    harness.settle();
    for (int i = 1; i < 10; i++) {
      harness.assertLast(Kind.WATCH_LIST, "10");
      harness.last().refused(503, "");
      harness.awaitRequest();
    }
    harness.assertLast(Kind.WATCH_LIST, "10");

    harness.last().refused(503, "");
    harness.awaitRequest();

    harness.assertLast(Kind.LIST, "");
  }

  @Test
  void asksTheOtherWayAfterTenRefusalsOfEither() {
    harness.watch("checkout:grpc");
    for (Kind kind : List.of(Kind.WATCH_LIST, Kind.LIST, Kind.WATCH_LIST)) {
      for (int i = 0; i < 10; i++) {
        harness.assertLast(kind, "");
        harness.last().refused(500, "InternalError");
        harness.awaitRequest();
      }
    }
  }

  @Test
  void listsAfterAWatchListBrokeTwiceHalfWay() {
    harness.watch("checkout:grpc");
    harness.last().open().added(Slices.slice("a", 5)).broken();
    harness.awaitRequest();
    harness.assertLast(Kind.WATCH_LIST, "");
    harness.last().open().broken();
    harness.awaitRequest();

    harness.assertLast(Kind.LIST, "");
  }

  @Test
  void listsTheNewestAtOnceWhenAWatchSaysThatItsVersionIsTooLarge() {
    reconnecting();
    harness.last().open().error(tooLarge());
    harness.settle();

    harness.assertLast(Kind.WATCH_LIST, "");
  }

  @Test
  void asksAtMostThreeTimesInARowWithoutAPause() {
    reconnecting();
    int requests = harness.requests();
    for (int i = 0; i < 3; i++) {
      harness.last().refused(410, "Expired");
      harness.settle();
    }
    assertThat(harness.requests()).isEqualTo(requests + 3);

    harness.last().refused(410, "Expired");
    harness.settle();

    harness.assertQuietFor(SHORTEST_BACKOFF);
  }

  @Test
  void isStaleAfterTenSecondsWithoutAnAnswer() {
    ServiceWatch watch = harness.synced();
    harness.last().broken();
    harness.advance(Duration.ofMillis(9_999));
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);

    harness.advance(Duration.ofMillis(1));

    assertThat(watch.view().state()).isEqualTo(SyncState.STALE);
    assertThat(watch.view().staleSince()).isEqualTo(harness.clock.instant().minusSeconds(10));
    assertThat(watch.pick().address()).isEqualTo("10.0.0.1");
  }

  @Test
  void asksAgainWhenARequestCannotEvenBeStarted() {
    ServiceWatch watch = harness.synced();
    harness.advance(Duration.ofMinutes(2));
    harness.source.failToStart(1);
    harness.last().eof();

    harness.awaitRequest();

    harness.assertLast(Kind.WATCH, "10");
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
  }

  @Test
  void tellsTheObserverWhatFailedAndWhenItAsksAgain() {
    List<String> heard = new ArrayList<>();
    try (Harness observed = new Harness(builder -> builder.observer(new Heard(heard)))) {
      observed.synced();
      observed.advance(Duration.ofMinutes(2));
      observed.last().eof();
      observed.settle();
      observed.last().refused(429, "", Duration.ofSeconds(30));
      observed.settle();
    }

    assertThat(heard)
        .startsWith("opened [checkout]", "relisted: start", "ended: the server closed the watch")
        .anyMatch(line -> line.matches("failed: https://scripted is busy \\(429\\).* in 30 s"));
  }

  private record Heard(List<String> lines) implements DiscoveryObserver {
    @Override
    public void onStreamOpened(String namespace, SortedSet<String> services) {
      lines.add("opened " + services);
    }

    @Override
    public void onStreamEnded(String namespace, String reason, Duration lived) {
      lines.add("ended: " + reason);
    }

    @Override
    public void onRelisted(String namespace, String reason) {
      lines.add("relisted: " + reason);
    }

    @Override
    public void onFailure(String namespace, String problem, Duration delay) {
      lines.add("failed: " + problem + " in " + delay.toSeconds() + " s");
    }
  }
}
