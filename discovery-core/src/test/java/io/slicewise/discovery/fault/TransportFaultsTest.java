package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.Cluster;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that break, hang or are half open, and ends in every one of these states. */
class TransportFaultsTest {

  private static final String ALL = "SYNCED 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String ALL_STALE = "STALE 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String LAST_TWO = "SYNCED 10.0.0.2 10.0.0.3";

  /** A lost pong is noticed when the next ping is due: two intervals of 15 s. */
  private static final Duration TWO_PINGS_AND_MORE = Duration.ofSeconds(60);

  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(150);

  @TempDir Path directory;
  private Scene scene;

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aResetConnectionIsOpenedAgainAfterAPauseAndNotListed(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.faults.cutConnections();
    Told.Failure failure = scene.failure(1);
    assertThat(failure.problem()).contains("127.0.0.1");
    scene.checkout().pod("checkout-1").remove();
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.assertAsked();

    scene.pass(failure.pause());

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(scene.told.lists()).containsExactly("start");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aServerThatComesBackWithoutItsHistoryIsListed(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.server.kill();
    scene.passPause(1);
    scene.failure(2);
    scene.assertSees(ALL_STALE);
    assertThat(scene.view().staleSince()).isNotNull();
    scene.checkout().pod("checkout-1").remove();
    scene.faults.compact();
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.server.restart();
    scene.passPause(2);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200", "watchlist >=" + known + " 200");
    assertThat(scene.view().staleSince()).isNull();
    assertThat(scene.caller().heard()).startsWith(ALL, ALL_STALE).endsWith(LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  /** A process that starts before its API server must not wait for long once there is one. */
  @ParameterizedTest
  @EnumSource(Wire.class)
  void aStartWithoutAServerIsTriedAgainAsSoonHoweverOften(Wire wire) throws Exception {
    scene = Scene.empty(directory, wire).addPods();
    scene.nobodyIsFine();
    scene.server.kill();
    scene.follow("checkout:grpc");
    scene.caller();
    for (int attempt = 1; attempt <= 10; attempt++) {
      Told.Failure refused = scene.passPause(attempt);
      assertThat(refused.problem()).contains("127.0.0.1", "refused");
      assertThat(refused.pause()).isBetween(Duration.ofMillis(400), Duration.ofMillis(800));
    }
    scene.failure(11);
    scene.assertSees("PENDING");
    scene.eventually(
        () -> assertThat(scene.caller().refusals()).anyMatch(text -> text.contains("refused")));
    scene.server.restart();
    scene.passPause(11);

    scene.assertSees(ALL);
    scene.assertAsked("watchlist newest 200");
    assertThat(scene.caller().heard()).startsWith("PENDING").endsWith(ALL);
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  /**
   * As after a restore of etcd: versions begin anew below the one that is known. Slice a has the
   * version that it had and other content, slice b an older version than was seen.
   */
  @Test
  void aClusterThatIsRestoredFromAnOlderStateIsListedAfterSilence() throws Exception {
    scene = Scene.empty(directory, Wire.H1_PLAIN);
    Cluster lost = scene.server.cluster();
    String unused = lost.create(slice("a", "10.0.0.1"));
    long versionOfA = lost.resourceVersion();
    unused = lost.create(slice("b", "10.0.0.2"));
    for (int i = 0; i < 20; i++) {
      lost.service("shop", "other" + i); // versions that the restored one lacks
    }
    unused = lost.replace(slice("b", "10.0.0.3"));
    scene.sync();
    String reached = scene.version();
    scene.server.close();
    scene.passPause(1); // the stream broke
    scene.failure(2);
    scene.assertSees("STALE 10.0.0.1 10.0.0.3");
    try (EmbeddedApiServer server =
        EmbeddedApiServer.builder()
            .tls(false)
            .http2(false)
            .port(scene.server.uri().getPort())
            .token(scene.server.token())
            .clock(scene.serverClock)
            .start()) {
      Cluster restored = server.cluster();
      unused = restored.create(slice("a", "10.0.0.4"));
      assertThat(restored.resourceVersion()).isEqualTo(versionOfA);
      unused = restored.create(slice("b", "10.0.0.2"));
      scene.passPause(2);
      scene.assertSees("SYNCED 10.0.0.1 10.0.0.3"); // the version is accepted, and nothing comes
      scene.assertCalls("10.0.0.1", "10.0.0.3");

      scene.pass(LONGEST_SILENCE);

      scene.assertSees("SYNCED 10.0.0.2 10.0.0.4");
      String now = Long.toString(restored.resourceVersion());
      scene.pass(Scene.A_WHILE);
      server.faults().closeWatches();
      scene.eventually(
          () ->
              assertThat(RequestTrail.of(server.requests()))
                  .containsExactly(
                      "watch @" + reached + " 200",
                      "watchlist newest 200",
                      "watch @" + now + " 200"));
      unused = restored.replace(slice("a", "10.0.0.5"));
      scene.assertSees("SYNCED 10.0.0.2 10.0.0.5");
      assertThat(restored.resourceVersion()).isLessThan(Long.parseLong(reached));
      assertThat(scene.caller().heard())
          .containsExactly(
              "SYNCED 10.0.0.1 10.0.0.3",
              "STALE 10.0.0.1 10.0.0.3",
              "SYNCED 10.0.0.1 10.0.0.3",
              "SYNCED 10.0.0.2 10.0.0.4",
              "SYNCED 10.0.0.2 10.0.0.5");
      scene.assertCalls("10.0.0.2", "10.0.0.5");
      scene.close();
    }
  }

  private static String slice(String name, String address) {
    return Lines.slice("", address)
        .replace("checkout-raw", "checkout-" + name)
        .replace("\"resourceVersion\":\"\",", "");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aServerThatHangsIsGivenUpAndAskedAgain(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.faults.freeze();
    scene.faults.cutConnections();
    scene.passPause(1); // the stream broke
    scene.checkout().pod("checkout-1").remove();
    // Without a handshake to wait for, the request comes through and only its answer does not.
    int heardOf = wire == Wire.H1_PLAIN ? 1 : 0;
    scene.eventually(() -> assertThat(scene.asked()).hasSize(heardOf));
    scene.pass(Duration.ofSeconds(30)); // and nothing answers
    Told.Failure hanging = scene.failure(2);
    assertThat(hanging.problem()).contains("no answer", "30 s");
    scene.assertSees(ALL_STALE);
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.faults.unfreeze();
    scene.pass(hanging.pause());

    scene.assertSees(LAST_TWO);
    assertThat(scene.asked()).hasSize(heardOf + 1).containsOnly("watch @" + known + " 200");
    assertThat(scene.told.lists()).containsExactly("start");
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(
      value = Wire.class,
      names = {"H1_TLS", "H1_PLAIN"})
  void aHalfOpenConnectionIsGivenUpAfterSilence(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    scene.faults.abandonConnections();
    scene.checkout().pod("checkout-1").remove();
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.pass(LONGEST_SILENCE.minus(Scene.A_WHILE));

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watchlist newest 200");
    assertThat(scene.told.failures()).extracting(Told.Failure::pause).containsOnly(Duration.ZERO);
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
    scene.eventually(() -> assertThat(scene.server.openConnections()).isEqualTo(1));
  }

  /** Pings keep real time: this test takes half a minute. */
  @Test
  void aHalfOpenHttp2ConnectionIsGivenUpForWantOfAPong() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.faults.abandonConnections();
    scene.checkout().pod("checkout-1").remove();
    scene.eventually(TWO_PINGS_AND_MORE, 0, () -> assertThat(scene.told.failures()).isNotEmpty());
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.passPause(1);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(scene.told.lists()).containsExactly("start");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aSlowAnswerIsWaitedFor() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.faults.delayResponses(Duration.ofSeconds(20));
    scene.loseAPodUnheard();
    scene.faults.closeWatches();
    scene.assertAsked("watch @" + known + " 0");
    scene.pass(Duration.ofSeconds(20));
    scene.assertSees(ALL_STALE); // ten seconds without a watch
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.serverClock.advance(Duration.ofSeconds(20));

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(scene.told.failures()).isEmpty();
    assertThat(scene.caller().heard()).startsWith(ALL, ALL_STALE).endsWith(LAST_TWO);
  }

  @Test
  void slowEventsComeLateAndInOrder() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    scene.faults.delayEvents(Duration.ofSeconds(5));
    scene.checkout().pod("checkout-1").ready(false);
    scene.checkout().pod("checkout-2").ready(false);
    scene.assertSees(ALL);
    scene.serverClock.advance(Duration.ofSeconds(5));

    scene.assertSees("SYNCED 10.0.0.3");
    scene.assertAsked();
    assertThat(scene.told.failures()).isEmpty();
    scene.assertCalls("10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void closingEndsAStreamAndLeavesNothing(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);

    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void closingTheOnlyWatchEndsItsStreamAlthoughDiscoveryGoesOn(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    scene.caller().close();
    scene.watch().close();
    scene.pass(Duration.ofSeconds(1));
    assertThat(scene.server.openWatches()).isEqualTo(1); // somebody may come back
    scene.pass(Scene.A_WHILE);

    scene.atOnce(() -> assertThat(scene.server.openWatches()).isZero());
    scene.assertAsked();
    scene.follow("checkout:grpc");
    scene.assertSees(ALL);
    scene.assertAsked("watchlist newest 200");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void closingEndsWhatWaitsForAServerThatHangs(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    scene.faults.freeze();
    scene.faults.cutConnections();
    scene.passPause(1);

    assertNothingIsLeft();
  }

  @Test
  void closingEndsAPause() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    scene.server.kill();
    scene.passPause(1);
    scene.failure(2);

    assertNothingIsLeft();
  }

  /** No time passes meanwhile: nothing that waits is waited for. */
  private void assertNothingIsLeft() throws Exception {
    scene.caller().close();
    scene.discovery().close();
    scene.atOnce(() -> assertThat(scene.discovery().awaitClosed(Duration.ofMillis(20))).isTrue());

    assertThat(threads()).isEmpty();
    scene.faults.unfreeze();
    scene.atOnce(
        () -> {
          assertThat(scene.server.openWatches()).isZero();
          assertThat(scene.server.openConnections()).isZero();
        });
    assertThat(scene.view().state().name()).isEqualTo("CLOSED");
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("slicewise-"))
        .toList();
  }
}
