package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.cli.Traffic.Zone;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficTest {

  private static final Traffic MORNING =
      new Traffic(
          100,
          0,
          Map.of("a", new Zone(50, 40, 40), "b", new Zone(50, 50, 60)),
          new Crossing(12, 10, 50));

  private static final Traffic EVENING =
      new Traffic(
          401,
          1, // had nowhere to go
          Map.of(
              "a", new Zone(200, 150, 150), "b", new Zone(200, 200, 240), "c", new Zone(0, 0, 10)),
          new Crossing(42, 40, 200));

  @Test
  void percentagesAreOfTheCallsThatWereSent() {
    assertThat(MORNING.crossZone()).isEqualTo(10);
    assertThat(MORNING.plan()).isEqualTo(12);
    assertThat(MORNING.optimum()).isEqualTo(10);
    assertThat(MORNING.uniform()).isEqualTo(50);
    assertThat(MORNING.zone("a").inZone()).isEqualTo(80);
    assertThat(EVENING.crossZone()).isEqualTo(12.5);
  }

  @Test
  void whatCameLaterIsTheDifference() {
    assertThat(EVENING.since(MORNING))
        .isEqualTo(
            new Traffic(
                301,
                1,
                Map.of(
                    "a",
                    new Zone(150, 110, 110),
                    "b",
                    new Zone(150, 150, 180),
                    "c",
                    new Zone(0, 0, 10)),
                new Crossing(30, 30, 150)));
  }

  @Test
  void withoutCallsThereIsNothingToDivideBy() {
    assertThat(Traffic.NONE.crossZone()).isZero();
    assertThat(Traffic.NONE.optimum()).isZero();
    assertThat(Traffic.NONE.zone("a").inZone()).isZero();
  }

  @Test
  void theResultIsALineForScripts() {
    assertThat(new Result(EVENING, 1.2345, List.of()).line())
        .isEqualTo(
            "RESULT calls=401 errors=1 cross_zone=12.5 max_over_mean=1.23 optimum=10.0"
                + " uniform=50.0");
  }
}
