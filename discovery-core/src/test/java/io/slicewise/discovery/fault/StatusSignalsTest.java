package io.slicewise.discovery.fault;

import static io.slicewise.discovery.fault.Lines.bookmark;
import static io.slicewise.discovery.fault.Lines.error;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API server says instead of slices, as a status or as an event inside a watch. */
class StatusSignalsTest {

  private static final String ALL = "SYNCED 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String ALL_STALE = "STALE 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String LAST_TWO = "SYNCED 10.0.0.2 10.0.0.3";

  @TempDir Path directory;
  private final ExecutorService listeners = Executors.newSingleThreadExecutor();
  private Scene scene;

  @AfterEach
  void close() throws Exception {
    scene.close();
    listeners.shutdown();
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anExpiredVersionAsAnEventIsListedFromThatVersionOn(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.compact();
    scene.faults.closeWatches();

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200", "watchlist >=" + known + " 200");
    assertThat(scene.told.lists()).hasSize(2);
    assertThat(scene.told.lists().get(1)).contains("410", "too old resource version");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void goneIsTheOldNameOfExpired() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.sendLine(error(410, "Gone", "too old"));

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watchlist >=" + known + " 200");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anExpiredVersionAsAStatusOfWatchAndListIsGivenUpForTheNewest(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.fail(2, 410, null, "watch");
    scene.faults.closeWatches();

    scene.assertSees(LAST_TWO);
    scene.assertAsked(
        "watch @" + known + " 410", "watchlist >=" + known + " 410", "watchlist newest 200");
    assertThat(scene.told.failures()).extracting(Told.Failure::pause).containsOnly(Duration.ZERO);
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void anExpiredVersionOfAPlainListIsGivenUpForTheNewest() throws Exception {
    scene =
        Scene.empty(directory, Wire.H2_TLS, server -> server.watchList(false), sdk -> sdk)
            .addPods()
            .sync();
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.compact();
    scene.faults.fail(1, 410, null, "list");
    scene.faults.closeWatches();

    scene.assertSees(LAST_TWO);
    scene.assertAsked(
        "watch @" + known + " 200",
        "list >=" + known + " 410",
        "list newest 200",
        "watch @" + scene.version() + " 200");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aVersionThatIsTooLargeIsGivenUpForTheNewest(boolean watchList) throws Exception {
    scene =
        Scene.empty(directory, Wire.H2_TLS, server -> server.watchList(watchList), sdk -> sdk)
            .addPods()
            .sync();
    scene.loseAPodUnheard();
    scene.faults.sendLine(bookmark("999999"));
    scene.faults.sendLine(error(410, "Expired", "too old resource version"));

    scene.assertSees(LAST_TWO);
    if (watchList) {
      scene.assertAsked("watchlist >=999999 504", "watchlist newest 200");
    } else {
      scene.assertAsked(
          "list >=999999 504", "list newest 200", "watch @" + scene.version() + " 200");
    }
    assertThat(scene.told.failures())
        .anyMatch(failure -> failure.problem().matches(".* 504 .*Too large resource version.*"));
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aVersionThatIsTooLargeIsKnownByItsTextAlone() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    scene.loseAPodUnheard();
    scene.faults.sendLine(
        error(504, "Timeout", "Timeout: Too large resource version: 999, current: 12"));

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watchlist newest 200");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aThrottledWatchIsAskedForAgainWhenTheServerSaysAndNotListed(boolean plainText)
      throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    if (plainText) {
      scene.faults.throttlePlainText(1, Duration.ofSeconds(20));
    } else {
      scene.faults.throttle(1, Duration.ofSeconds(20));
    }
    scene.loseAPodUnheard();
    scene.faults.closeWatches();

    scene.assertSees(ALL_STALE);
    assertThat(scene.view().problem()).contains("busy (429)", "oo many requests");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.pass(Duration.ofSeconds(19));
    scene.assertAsked("watch @" + known + " 429");
    assertThat(scene.failure(1).pause()).isGreaterThanOrEqualTo(Duration.ofSeconds(20));

    scene.passPause(1);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 429", "watch @" + known + " 200");
    assertThat(scene.told.lists()).hasSize(1);
    assertThat(scene.view().problem()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aThrottledWatchMaySayItInAnEvent(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.sendLine(
        error(429, "TooManyRequests", "too many requests", Duration.ofSeconds(20)));
    assertThat(scene.failure(1).pause()).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
    scene.pass(Duration.ofSeconds(19));
    scene.assertAsked();
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.passPause(1);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(scene.told.lists()).containsExactly("start");
    // Nineteen seconds without a watch: what is shown is old, and still called.
    assertThat(scene.caller().heard()).startsWith(ALL, ALL_STALE).endsWith(LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aThrottledStartWaitsAndSaysWhy() throws Exception {
    scene = Scene.empty(directory, Wire.H2_TLS).addPods();
    scene.nobodyIsFine();
    scene.faults.throttlePlainText(1, Duration.ofSeconds(5));
    scene.follow("checkout:grpc");
    scene.caller();

    assertThat(scene.failure(1).problem()).contains("busy (429)");
    scene.assertSees("PENDING");
    scene.eventually(
        () -> assertThat(scene.caller().refusals()).anyMatch(text -> text.contains("429")));
    scene.passPause(1);

    scene.assertSees(ALL);
    scene.assertAsked("watchlist newest 429", "watchlist newest 200");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aRefusedConnectionIsTriedAgainFromWhereTheWatchStood(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.server.kill();
    scene.passPause(1); // the stream broke
    Told.Failure refused = scene.passPause(2);
    Told.Failure again = scene.failure(3);
    assertThat(refused.problem()).contains("refused");
    assertThat(again.pause()).isGreaterThan(refused.pause());
    scene.assertSees(ALL_STALE);
    assertThat(scene.view().problem()).contains("127.0.0.1", "refused");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.checkout().pod("checkout-1").remove();

    scene.server.restart();
    scene.passPause(3);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    // The watch is open before the first event that it brings.
    assertThat(scene.caller().heard()).startsWith(ALL, ALL_STALE).endsWith(LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void anInternalErrorInAnEventIsListedAfterAPause() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.sendLine(error(500, "InternalError", "etcdserver: no leader"));
    Told.Failure failure = scene.failure(1);
    assertThat(failure.problem()).contains("500", "etcdserver: no leader");
    scene.assertAsked();

    scene.pass(failure.pause());

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watchlist >=" + known + " 200");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void aServerThatSaysWhenToComeBackIsAskedTheSameThen(int status) throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.fail(2, status, Duration.ofSeconds(9), "watch");
    scene.faults.closeWatches();
    assertThat(scene.passPause(1).pause()).isGreaterThanOrEqualTo(Duration.ofSeconds(9));
    scene.assertSees(ALL_STALE);
    assertThat(scene.view().problem()).contains(Integer.toString(status));
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    assertThat(scene.passPause(2).pause()).isGreaterThanOrEqualTo(Duration.ofSeconds(9));

    scene.assertSees(LAST_TWO);
    String refused = "watch @" + known + " " + status;
    scene.assertAsked(refused, refused, "watch @" + known + " 200");
    assertThat(scene.told.lists()).hasSize(1);
  }

  @Test
  void aForbiddenWatchKeepsTheViewAndNamesTheRole() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.forbid("*", "endpointslices", "shop");
    scene.faults.closeWatches();

    scene.assertSees(ALL_STALE);
    assertThat(scene.view().problem())
        .contains("forbidden (403) to watch", "namespace shop", "kind: Role");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.faults.allowAll();
    scene.passPause(1);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 403", "watch @" + known + " 200");
    assertThat(scene.view().problem()).isNull();
  }

  @Test
  void aForbiddenStartTellsTheCallerWhichRoleIsMissing() throws Exception {
    scene = Scene.empty(directory, Wire.H2_TLS).addPods();
    scene.nobodyIsFine();
    scene.faults.forbid("*", "endpointslices", "shop");
    scene.follow("checkout:grpc");
    scene.caller();
    scene.failure(1);

    scene.assertSees("PENDING");
    scene.eventually(
        () -> assertThat(scene.caller().refusals()).anyMatch(text -> text.contains("kind: Role")));
    scene.faults.allowAll();
    scene.passPause(1);

    scene.assertSees(ALL);
    scene.assertAsked("watchlist newest 403", "watchlist newest 200");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @Test
  void anApiThatIsNotThereIsAskedForAgainAfterHalfAMinuteOrMore() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.fail(1, 404, null, "watch");
    scene.faults.closeWatches();

    scene.assertSees(ALL_STALE);
    assertThat(scene.view().problem()).contains("404", "Kubernetes 1.21");
    assertThat(scene.failure(1).pause()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.passPause(1);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 404", "watch @" + known + " 200");
  }

  @Test
  void aWatchThatIsDroppedForBeingSlowGoesOnAtOnceFromWhereItStood() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.closeWatches(); // to the client it looks like this

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(scene.told.failures()).isEmpty();
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aListenerThatHangsMakesNoSlowConsumer() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try {
      scene =
          Scene.empty(directory, Wire.H2_TLS, s -> s, sdk -> sdk.listenerExecutor(listeners))
              .addPods()
              .sync();
      scene.watch().subscribe(view -> awaitQuietly(release));
      for (int i = 0; i < 300; i++) {
        scene.checkout().pod("checkout-1").ready(i % 2 == 1);
      }
      scene.checkout().pod("checkout-1").remove();

      scene.assertSees(LAST_TWO);
      scene.assertAsked();
      assertThat(scene.server.openWatches()).isEqualTo(1);
      scene.assertCalls("10.0.0.2", "10.0.0.3");
    } finally {
      release.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
