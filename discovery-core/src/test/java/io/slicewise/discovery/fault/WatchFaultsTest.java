package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.RecordedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Watches that end too soon or not at all, and lines that are not what they should be. */
class WatchFaultsTest {

  private static final String ALL = "SYNCED 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String LAST_TWO = "SYNCED 10.0.0.2 10.0.0.3";
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @TempDir Path directory;
  private Scene scene;

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Test
  void aWatchWhoseTimeIsOverIsOpenedAgainAtOnce() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.faults.closeWatches();
    scene.assertAsked("watch @" + known + " 200");
    scene.checkout().pod("checkout-1").remove();

    scene.assertSees(LAST_TWO);
    assertThat(scene.told.failures()).isEmpty();
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aVeryShortWatchIsListedAnewAfterAPause(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.faults.closeWatchesAtOnce(1);
    scene.faults.closeWatches();
    Told.Failure failure = scene.failure(1);
    assertThat(failure.problem()).contains("closed the watch at once");
    assertThat(failure.pause()).isPositive();
    scene.assertAsked("watch @" + known + " 200");
    scene.checkout().pod("checkout-1").remove();
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");

    scene.pass(failure.pause());

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200", "watchlist >=" + known + " 200");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aLineThatIsCutOffWithItsConnectionIsSentAgain(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.faults.truncateNextLine();
    scene.checkout().pod("checkout-1").remove();
    scene.passPause(1);

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aLineThatCannotBeReadIsListedAfterAPause() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.faults.garbleNextLine();
    scene.checkout().pod("checkout-1").remove();
    Told.Failure failure = scene.passPause(1);
    assertThat(failure.problem()).contains("127.0.0.1");

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watchlist >=" + known + " 200");
    assertThat(scene.told.lists()).containsExactly("start", failure.problem());
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void unknownEventTypesAndFieldsChangeNothing() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    scene.faults.sendLine("{\"type\":\"RENAMED\",\"object\":{\"kind\":\"EndpointSlice\"}}");
    scene.faults.sendLine(
        Lines.event("MODIFIED", scene.version(), "10.0.0.9")
            .replace("\"conditions\"", "\"mood\":{\"good\":[true,{}]},\"conditions\"")
            .replace("{\"type\"", "{\"sent\":[1,2],\"type\""));

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.9");
    scene.assertAsked();
    assertThat(scene.told.failures()).isEmpty();
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9");
  }

  /** What moves the version of a quiet Service on is bookmarks alone. */
  @Test
  void anHourOfNothingButBookmarksNeedsNoList() throws Exception {
    scene = Scene.empty(directory, Wire.H2_TLS).addPods();
    scene.follow("checkout:grpc");
    scene.assertSees(ALL);
    scene.caller();
    scene.awaitWatch();
    for (int step = 1; step <= 360; step++) {
      scene.server.cluster().service("shop", "other" + step); // writes a slice that is not ours
      int requests = scene.asked().size();
      RecordedRequest watch = scene.server.requests().get(requests - 1);
      scene.serverClock.advance(TEN_SECONDS);
      long age = Duration.between(watch.at(), scene.serverClock.instant()).toSeconds();
      if (age >= Long.parseLong(watch.query().get("timeoutSeconds"))) {
        scene.eventually(() -> assertThat(scene.asked()).hasSize(requests + 1));
        scene.awaitWatch();
      } else if (age % 60 == 0) {
        scene.awaitArrival(); // the bookmark
      }
      scene.pass(TEN_SECONDS);
    }

    assertThat(scene.asked().get(0)).isEqualTo("watchlist newest 200");
    assertThat(scene.asked().subList(1, scene.asked().size()))
        .hasSizeBetween(5, 12)
        .allMatch(line -> line.matches("watch @\\d+ 200"))
        .doesNotHaveDuplicates();
    Set<Integer> timeouts = new HashSet<>();
    scene
        .server
        .requests()
        .forEach(request -> timeouts.add(Integer.parseInt(request.query().get("timeoutSeconds"))));
    assertThat(timeouts) // at random, or all processes would come back together
        .hasSizeGreaterThan(3)
        .allMatch(seconds -> seconds >= 300 && seconds <= 600);
    assertThat(scene.told.failures()).isEmpty();
    assertThat(scene.told.lists()).containsExactly("start");
    assertThat(scene.caller().heard()).containsExactly(ALL);
    scene.checkout().pod("checkout-1").remove();
    scene.assertSees(LAST_TWO);
  }

  /** As after a restore of etcd: the server accepts the version and waits for it in silence. */
  @ParameterizedTest
  @EnumSource(Wire.class)
  void aVersionFromTheFutureIsGivenUpAfterSilence(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    scene.faults.sendLine(Lines.bookmark("999999"));
    scene.faults.closeWatches();
    scene.assertAsked("watch @999999 200");
    scene.awaitWatch();
    scene.checkout().pod("checkout-1").remove();
    scene.pass(Duration.ofSeconds(100));
    scene.assertSees(ALL);
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");

    scene.pass(Duration.ofSeconds(50));

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @999999 200", "watchlist newest 200");
    assertThat(scene.told.lists().get(1)).contains("no answer");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aWatchThatIsLeftOpenPastItsTimeIsOpenedAgain() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    for (int step = 0; scene.told.ends().isEmpty(); step++) {
      assertThat(step).isLessThan(150);
      if (step % 10 == 0) { // not silent, only never ending
        scene.faults.sendLine(Lines.bookmark(known));
        scene.awaitArrival();
      }
      scene.pass(Duration.ofSeconds(5));
    }

    assertThat(scene.told.ends().get(0)).contains("past its deadline");
    scene.assertAsked("watch @" + known + " 200");
    scene.checkout().pod("checkout-1").remove();
    scene.assertSees(LAST_TWO);
    assertThat(scene.told.lists()).containsExactly("start");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
  }
}
