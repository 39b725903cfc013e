package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.RecordedRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may happen on the way to a complete list, the first and later ones. */
class ListFaultsTest {

  private static final String ALL = "SYNCED 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String LAST_TWO = "SYNCED 10.0.0.2 10.0.0.3";

  @TempDir Path directory;
  private Scene scene;

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private Scene withoutWatchList(Wire wire) throws Exception {
    return Scene.empty(directory, wire, server -> server.watchList(false), sdk -> sdk).addPods();
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void theEndBookmarkCompletesAWatchListAndTheStreamGoesOn(Wire wire) throws Exception {
    scene = Scene.empty(directory, wire).addPods();
    scene.follow("checkout:grpc");

    scene.assertSees(ALL);
    scene.caller();
    scene.checkout().pod("checkout-1").remove();
    scene.assertSees(LAST_TWO);
    scene.assertAsked("watchlist newest 200");
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  /** The versions of the initial events are in no order: none of them is where to go on. */
  @ParameterizedTest
  @EnumSource(Wire.class)
  void initialEventsBeforeABreakAreDroppedAndDoNotMoveTheVersion(Wire wire) throws Exception {
    scene = Scene.empty(directory, wire).addPods();
    scene.nobodyIsFine();
    scene.faults.cutWatchListBeforeEnd(1);
    scene.follow("checkout:grpc");
    scene.caller();
    Told.Failure failure = scene.failure(1);
    assertThat(failure.problem()).contains("ended before its initial events did");
    scene.assertSees("PENDING");
    scene.pass(failure.pause());

    scene.assertSees(ALL);
    scene.assertAsked("watchlist newest 200", "watchlist newest 200");
    assertThat(scene.caller().heard()).containsExactly("PENDING", ALL);
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @Test
  void aLaterWatchListThatBreaksLeavesTheViewAndTheVersion() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.loseAPodUnheard();
    scene.faults.cutWatchListBeforeEnd(1);
    scene.faults.sendLine(Lines.error(410, "Expired", "too old"));
    Told.Failure failure = scene.failure(2);
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.pass(failure.pause());

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watchlist >=" + known + " 200", "watchlist >=" + known + " 200");
    assertThat(scene.caller().heard()).startsWith(ALL).endsWith(LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aWatchListThatBreaksTwiceIsAskedForAsAList() throws Exception {
    scene = Scene.empty(directory, Wire.H2_TLS).addPods();
    scene.nobodyIsFine();
    scene.faults.cutWatchListBeforeEnd(2);
    scene.follow("checkout:grpc");
    scene.caller();
    scene.passPause(1);
    scene.assertSees("PENDING");
    scene.passPause(2);

    scene.assertSees(ALL);
    scene.assertAsked(
        "watchlist newest 200",
        "watchlist newest 200",
        "list newest 200",
        "watch @" + scene.version() + " 200");
    assertThat(scene.caller().heard()).containsExactly("PENDING", ALL);
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  /** A server that never ends its initial events is not waited for beyond half a minute. */
  @Test
  void aWatchListThatStallsIsAskedForAsAList() throws Exception {
    scene = Scene.empty(directory, Wire.H2_TLS).addPods();
    scene.nobodyIsFine();
    scene.faults.delayEvents(Duration.ofHours(1));
    scene.follow("checkout:grpc");
    scene.caller();
    scene.assertAsked("watchlist newest 200");
    scene.awaitWatch();
    scene.faults.delayEvents(Duration.ZERO);
    scene.pass(Duration.ofSeconds(30));

    scene.assertSees(ALL);
    scene.assertAsked(
        "watchlist newest 200", "list newest 200", "watch @" + scene.version() + " 200");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aServerWithoutWatchListIsListedAndThatIsRemembered(Wire wire) throws Exception {
    scene = withoutWatchList(wire);
    scene.follow("checkout:grpc");
    String known = scene.version();
    scene.assertSees(ALL);
    scene.caller();
    scene.assertAsked("watchlist newest 422", "list newest 200", "watch @" + known + " 200");
    scene.awaitWatch();
    scene.loseAPodUnheard();
    scene.faults.sendLine(Lines.error(410, "Expired", "too old"));

    scene.assertSees(LAST_TWO);
    scene.assertAsked(
        "watchlist newest 422",
        "list newest 200",
        "watch @" + known + " 200",
        "list >=" + known + " 200",
        "watch @" + scene.version() + " 200");
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aServerThatOffersGzipMembersIsAskedForNone(Wire wire) throws Exception {
    scene =
        Scene.empty(directory, wire, server -> server.gzipWatchLists(true), sdk -> sdk).addPods();
    scene.follow("checkout:grpc");
    scene.assertSees(ALL);
    scene.caller();
    scene.checkout().pod("checkout-1").remove();
    scene.assertSees(LAST_TWO);

    scene.assertAsked("watchlist newest 200");
    assertThat(scene.server.requests())
        .extracting(RecordedRequest::headers)
        .allMatch(headers -> "identity".equals(headers.get("accept-encoding")));
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aListOfTwoPagesIsOneView() throws Exception {
    scene =
        Scene.empty(
            directory,
            Wire.H2_TLS,
            server -> server.watchList(false).maxEndpointsPerSlice(1),
            sdk -> sdk);
    fill(501, 1);
    scene.follow("checkout:grpc");

    scene.eventually(() -> assertThat(scene.view().eligible()).hasSize(501));
    scene.assertAsked(
        "watchlist newest 422",
        "list newest 200",
        "list newest next page 200",
        "watch @" + scene.version() + " 200");
    assertThat(scene.caller().nextPicks()).isNotEmpty();
  }

  @Test
  void aThousandEndpointsInOneSliceAreOneView() throws Exception {
    scene =
        Scene.empty(
            directory, Wire.H2_TLS, server -> server.maxEndpointsPerSlice(1_000), sdk -> sdk);
    fill(1, 1_000);
    assertThat(scene.server.cluster().list("EndpointSlice", "shop")).hasSize(1);
    scene.follow("checkout:grpc");
    scene.eventually(() -> assertThat(scene.view().eligible()).hasSize(1_000));
    scene.caller();
    scene.checkout().pod("p0-7").ready(false);

    scene.eventually(() -> assertThat(scene.view().eligible()).hasSize(999));
    scene.assertAsked("watchlist newest 200");
    assertThat(scene.caller().nextPicks()).isNotEmpty();
  }

  @Test
  void twoHundredSlicesAreOneViewAndHalfOfThemNone() throws Exception {
    scene =
        Scene.empty(directory, Wire.H2_TLS, server -> server.maxEndpointsPerSlice(5), sdk -> sdk);
    scene.nobodyIsFine();
    fill(200, 5);
    assertThat(scene.server.cluster().list("EndpointSlice", "shop")).hasSize(200);
    scene.faults.cutWatchListBeforeEnd(1);
    scene.follow("checkout:grpc");
    scene.caller();
    scene.failure(1);
    scene.assertSees("PENDING"); // 200 slices came, and what completes them did not
    scene.passPause(1);

    scene.eventually(() -> assertThat(scene.view().eligible()).hasSize(1_000));
    scene.assertAsked("watchlist newest 200", "watchlist newest 200");
    assertThat(scene.caller().heard()).hasSize(2);
    assertThat(scene.caller().nextPicks()).isNotEmpty();
  }

  private void fill(int slices, int each) {
    scene
        .checkout()
        .batch(
            () -> {
              for (int slice = 0; slice < slices; slice++) {
                for (int i = 0; i < each; i++) {
                  int number = slice * each + i;
                  scene
                      .checkout()
                      .addPod(
                          "p" + slice + "-" + i, "10.1." + number / 250 + "." + number % 250, "z1");
                }
              }
            });
  }
}
