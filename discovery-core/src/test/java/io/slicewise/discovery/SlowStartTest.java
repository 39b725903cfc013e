package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.in;
import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.ZoneShare;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** New endpoints get less than their share at first; who is new, and what that does to zones. */
class SlowStartTest {

  private final Harness harness =
      new Harness(builder -> builder.zone("a").callers(Map.of("a", 1.0, "b", 1.0)));
  private int version = 100;
  private ServiceWatch watch;

  @AfterEach
  void close() {
    harness.close();
  }

  private void synced(List<SliceEndpoint> endpoints) {
    watch =
        harness.synced(
            "checkout:grpc", "100", slice("s", 5, endpoints.toArray(SliceEndpoint[]::new)));
  }

  private void modified(List<SliceEndpoint> endpoints) {
    harness.last().modified(slice("s", ++version, endpoints.toArray(SliceEndpoint[]::new)));
    harness.window();
  }

  private static List<SliceEndpoint> and(List<SliceEndpoint> some, SliceEndpoint... more) {
    List<SliceEndpoint> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  /** The share of an endpoint beside that of the first of the same zone. */
  private double youth(String address) {
    double first = share("10.0.0.1");
    return share(address) / first;
  }

  private double share(String address) {
    for (int i = 0; i < watch.view().endpoints().size(); i++) {
      if (watch.view().endpoints().get(i).address().equals(address)) {
        return watch.view().selection().share(i);
      }
    }
    throw new AssertionError(address);
  }

  @Test
  void nobodyIsNewInTheFirstList() {
    synced(many("a", 0, 3));

    assertThat(youth("10.0.0.2")).isEqualTo(1);
    assertThat(watch.view().routing().starting()).isZero();
  }

  @Test
  void aNewEndpointGrowsFromATenthToItsFullShareInThirtySeconds() {
    synced(many("a", 0, 2));
    modified(many("a", 0, 3));
    assertThat(youth("10.0.0.3")).isCloseTo(0.1, within(1e-9));
    assertThat(watch.view().routing().starting()).isEqualTo(1);

    harness.advance(Duration.ofSeconds(2));
    assertThat(youth("10.0.0.3")).isCloseTo(0.1, within(1e-9));
    harness.advance(Duration.ofSeconds(13));
    assertThat(youth("10.0.0.3")).isCloseTo(0.5, within(1e-9));
    harness.advance(Duration.ofSeconds(15));

    assertThat(youth("10.0.0.3")).isEqualTo(1);
    assertThat(watch.view().routing().starting()).isZero();
  }

  @Test
  void picksFollowTheWeights() {
    synced(many("a", 0, 2));
    modified(many("a", 0, 3));
    int hits = 0;
    for (int i = 0; i < 21_000; i++) {
      hits += watch.pick().address().equals("10.0.0.3") ? 1 : 0;
    }

    assertThat(hits).isBetween(850, 1_150); // 0.1 of 2.1
  }

  @Test
  void aBlipIsNoNewStart() {
    synced(many("a", 0, 3));
    modified(and(many("a", 0, 2), in("a", "10.0.0.3", UNREADY)));
    harness.advance(Duration.ofSeconds(14));
    modified(many("a", 0, 3));

    assertThat(youth("10.0.0.3")).isEqualTo(1);
  }

  @Test
  void whoWasUnreadyForLongerThanHalfTheWindowIsNew() {
    synced(many("a", 0, 3));
    modified(and(many("a", 0, 2), in("a", "10.0.0.3", UNREADY)));
    harness.advance(Duration.ofSeconds(16));
    modified(many("a", 0, 3));

    assertThat(youth("10.0.0.3")).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void whoMovesToAnotherSliceKeepsItsAge() {
    synced(many("a", 0, 2));
    modified(many("a", 0, 3));
    harness.advance(Duration.ofSeconds(15));
    double before = youth("10.0.0.3");
    harness.last().added(slice("t", 300, in("a", "10.0.0.3")));
    harness.last().modified(slice("s", 301, many("a", 0, 2).toArray(SliceEndpoint[]::new)));
    harness.window();

    assertThat(youth("10.0.0.3")).isGreaterThanOrEqualTo(before).isLessThan(0.6);
  }

  @Test
  void countsHalfTowardItsZoneSoThatARolloutDoesNotSpill() {
    List<SliceEndpoint> all = new ArrayList<>(many("a", 0, 10));
    all.addAll(many("b", 1, 10));
    synced(all);
    assertThat(watch.view().routing().share("a")).isEqualTo(1);
    all.subList(0, 3).clear();
    for (int i = 0; i < 3; i++) {
      all.add(in("a", "10.0.1." + i));
    }
    modified(all);

    double capacity =
        watch.view().routing().zones().stream()
            .filter(zone -> zone.zone().equals("a"))
            .mapToDouble(ZoneShare::capacity)
            .sum();
    assertThat(capacity).isCloseTo(8.5 / 18.5, within(1e-9));
    assertThat(watch.view().routing().share("a")).isEqualTo(1);
  }

  @Test
  void anotherZonesPickStructureIsLeftAlone() {
    List<SliceEndpoint> all = new ArrayList<>(many("a", 0, 2));
    all.addAll(many("b", 1, 2));
    synced(all);
    modified(and(all, in("b", "10.1.0.9")));

    assertThat(youth("10.0.0.2")).isEqualTo(1);
    assertThat(share("10.0.0.1")).isEqualTo(0.5);
  }

  @Test
  void aWindowOfZeroIsNone() {
    watch =
        harness.synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withHealth(HealthOptions.DEFAULTS.withSlowStart(Duration.ZERO)),
            "100",
            slice("s", 5, many("a", 0, 2).toArray(SliceEndpoint[]::new)));
    modified(many("a", 0, 3));

    assertThat(youth("10.0.0.3")).isEqualTo(1);
  }
}
