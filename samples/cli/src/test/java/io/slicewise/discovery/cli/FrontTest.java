package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's calls between zones, without the haste of its day. */
class FrontTest {

  private static final ServiceTarget TARGET = ServiceTarget.parse("checkout.shop:" + Fleet.PORT);
  private static final int PODS = 4; // in each zone
  private static final int CALLS = 600;
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void callsCrossZonesAsLittleAsTheyMustWhileAZoneShrinksAndComesBack() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start();
        Timetable timetable = new Timetable(Executors.newSingleThreadScheduledExecutor());
        Fleet fleet =
            new Fleet(
                server.cluster().service("shop", "checkout"),
                Executors.newFixedThreadPool(PODS),
                timetable);
        Front front =
            new Front(
                server.cluster(),
                server.writeKubeconfig(directory),
                Duration.ZERO,
                new Random(11))) {
      Day.ZONES.forEach(zone -> launch(fleet, zone, PODS));
      Awaitility.await().until(() -> ready(fleet) == 3 * PODS);
      front.find(TARGET);
      Tally tally = new Tally();
      try (Callers callers =
          new Callers(front.callers(), tally, Executors.newScheduledThreadPool(Callers.THREADS))) {
        callers.start();
        assertCrossing(settled(tally, front, 3 * PODS), 10.0, 66.67);

        there(fleet, "zone-c").subList(1, PODS).forEach(fleet::lose);
        assertCrossing(settled(tally, front, 2 * PODS + 1), 11.67, 63.89);

        launch(fleet, "zone-c", PODS - 1);
        assertCrossing(settled(tally, front, 3 * PODS), 10.0, 66.67);
      }
      assertThat(tally.reasons()).isEmpty();
    }
  }

  private static void launch(Fleet fleet, String zone, int pods) {
    for (int pod = 1; pod <= pods; pod++) {
      fleet.launch(zone, "node-" + zone, Duration.ZERO);
    }
  }

  private static List<Backend> there(Fleet fleet, String zone) {
    return fleet.serving(backend -> backend.zone().equals(zone));
  }

  private static long ready(Fleet fleet) {
    return fleet.all().stream().filter(pod -> pod.stage() == Backend.Stage.READY).count();
  }

  /** Returns the next calls once everybody sees so many endpoints and their shares rest. */
  private static Traffic settled(Tally tally, Front front, int endpoints) {
    Awaitility.await()
        .atMost(AT_MOST)
        .until(
            () ->
                front.callers().stream()
                    .allMatch(
                        caller ->
                            caller.watch().view().eligible().size() == endpoints
                                && isAtOptimum(caller.crossing())));
    Traffic before = tally.traffic();
    Awaitility.await().atMost(AT_MOST).until(() -> tally.traffic().since(before).calls() >= CALLS);
    return tally.traffic().since(before);
  }

  private static boolean isAtOptimum(Crossing crossing) {
    return Math.abs(crossing.plan() - crossing.optimum()) < 1e-9;
  }

  private static void assertCrossing(Traffic traffic, double optimum, double uniform) {
    // Not to the digit: zones do not make the same number of calls in any while.
    assertThat(traffic.optimum()).isCloseTo(optimum, within(1.0));
    assertThat(traffic.uniform()).isCloseTo(uniform, within(1.0));
    assertThat(traffic.plan()).isCloseTo(traffic.optimum(), within(0.2));
    double part = traffic.optimum() / 100;
    double deviation = 100 * Math.sqrt(part * (1 - part) / traffic.calls()); // at most
    assertThat(traffic.crossZone()).isCloseTo(traffic.optimum(), within(5 * deviation));
  }
}
