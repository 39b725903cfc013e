package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.STOPPED;
import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.in;
import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When too few endpoints are left, and what only looks like it. Ten in each of three zones. */
class PanicTest {

  private final Harness harness =
      new Harness(builder -> builder.zone("a").callers(Map.of("a", 1.0, "b", 1.0, "c", 1.0)));
  private final List<SliceEndpoint> endpoints = new ArrayList<>();
  private int version = 100;
  private ServiceWatch watch;

  @BeforeEach
  void sync() {
    endpoints.addAll(many("a", 0, 10));
    endpoints.addAll(many("b", 1, 10));
    endpoints.addAll(many("c", 2, 10));
    watch =
        harness.synced(
            "checkout:grpc", "100", slice("s", 5, endpoints.toArray(SliceEndpoint[]::new)));
    assertThat(watch.view().routing().share("a")).isEqualTo(1);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private void tell() {
    harness.last().modified(slice("s", ++version, endpoints.toArray(SliceEndpoint[]::new)));
    harness.window();
    if (version % 10 == 0) {
      harness.last().bookmark(Integer.toString(++version));
    }
  }

  /** Sets the conditions of the first so many endpoints, spread over all zones. */
  private void set(int count, Conditions conditions) {
    for (int i = 0; i < count; i++) {
      int at = i % 3 * 10 + i / 3;
      SliceEndpoint old = endpoints.get(at);
      endpoints.set(at, in(String.valueOf(old.zone()), old.address(), conditions));
    }
    tell();
  }

  private Panic panic() {
    return watch.view().routing().panic();
  }

  @Test
  void ignoresZonesBelowAHalfAndUntilThereAreSixtyPercent() {
    set(15, UNREADY);
    assertThat(panic()).isEqualTo(Panic.NONE); // exactly a half
    assertThat(watch.view().routing().share("a")).isEqualTo(1);

    set(16, UNREADY);
    assertThat(panic()).isEqualTo(Panic.IGNORE_ZONES);
    assertThat(watch.view().routing().share("a")).isCloseTo(4 / 14.0, within(1e-9));
    set(14, Slices.READY);
    harness.advance(Duration.ofSeconds(40));
    assertThat(panic()).isEqualTo(Panic.NONE);
  }

  @Test
  void staysUntilThereAreSixtyPercent() {
    set(20, UNREADY);
    assertThat(panic()).isEqualTo(Panic.IGNORE_ZONES);
    set(7, Slices.READY); // 17 of 30
    assertThat(panic()).isEqualTo(Panic.IGNORE_ZONES);

    set(8, Slices.READY); // 18 of 30
    assertThat(panic()).isEqualTo(Panic.NONE);
  }

  @Test
  void ignoresEjectionsBelowAQuarter() {
    set(23, UNREADY);

    assertThat(panic()).isEqualTo(Panic.IGNORE_EJECTIONS);
    assertThat(watch.view().eligible()).hasSize(7);
  }

  @Test
  void aRolloutIsNoPanicAndDoesNotSpill() {
    List<ServiceView> heard = new ArrayList<>();
    watch.subscribe(heard::add);
    // A quarter more is started unready, gets ready, the old ones terminate and go.
    int generation = 10;
    for (int from = 0; from < 30; from += 6) {
      List<SliceEndpoint> old = List.copyOf(endpoints.subList(0, 6));
      List<SliceEndpoint> fresh = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        fresh.add(in(List.of("a", "b", "c").get(i % 3), "10." + generation + ".1." + i, UNREADY));
      }
      generation++;
      endpoints.addAll(fresh);
      tell();
      harness.advance(Duration.ofSeconds(5));
      for (SliceEndpoint each : fresh) {
        endpoints.set(endpoints.indexOf(each), in(String.valueOf(each.zone()), each.address()));
      }
      tell();
      for (SliceEndpoint each : old) {
        endpoints.set(
            endpoints.indexOf(each), in(String.valueOf(each.zone()), each.address(), STOPPED));
      }
      tell();
      harness.advance(Duration.ofSeconds(2));
      endpoints.removeIf(each -> each.conditions().terminating());
      tell();
    }

    assertThat(heard).isNotEmpty();
    assertThat(heard).allMatch(view -> view.routing().panic() == Panic.NONE);
  }

  @Test
  void anEvenRolloutKeepsCallsAtHome() {
    List<ServiceView> heard = new ArrayList<>();
    watch.subscribe(heard::add);
    rotate();
    for (int round = 0; round < 10; round++) {
      for (int zone = 0; zone < 3; zone++) { // one pod a zone at a time is replaced
        String name = List.of("a", "b", "c").get(zone);
        SliceEndpoint old = endpoints.remove(0);
        assertThat(old.zone()).isNotNull();
        endpoints.add(in(name, "10.2" + zone + "." + round + ".1"));
      }
      rotate();
      tell();
      harness.advance(Duration.ofSeconds(3));
    }
    assertThat(heard).allMatch(view -> view.routing().panic() == Panic.NONE);
    assertThat(heard).allMatch(view -> view.routing().share("a") > 0.999);
  }

  /** Brings one of each zone to the front, in turn, so that zones lose as many as they gain. */
  private void rotate() {
    List<SliceEndpoint> ordered = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      for (String zone : List.of("a", "b", "c")) {
        List<SliceEndpoint> of =
            endpoints.stream().filter(each -> zone.equals(each.zone())).toList();
        if (i < of.size()) {
          ordered.add(of.get(i));
        }
      }
    }
    endpoints.clear();
    endpoints.addAll(ordered);
  }

  @Test
  void shrinkingIsNoPanic() {
    set(24, STOPPED);
    assertThat(panic()).isEqualTo(Panic.NONE);
    assertThat(watch.view().routing().share("a")).isEqualTo(1);

    endpoints.removeIf(each -> each.conditions().terminating());
    tell();

    assertThat(panic()).isEqualTo(Panic.NONE);
    assertThat(watch.view().routing().share("a")).isEqualTo(1);
  }

  @Test
  void growingIsNoPanic() {
    for (int i = 0; i < 90; i++) {
      endpoints.add(in(List.of("a", "b", "c").get(i % 3), "10.9." + i + ".1", UNREADY));
    }
    tell();

    assertThat(panic()).isEqualTo(Panic.NONE);
    assertThat(watch.view().routing().share("a")).isEqualTo(1);
  }

  @Test
  void aReadinessBlipIsNoPanicAndDoesNotSpill() {
    set(4, UNREADY);
    assertThat(panic()).isEqualTo(Panic.NONE);
    assertThat(watch.view().routing().share("a")).isEqualTo(1);

    set(4, Slices.READY);

    assertThat(watch.view().routing().share("a")).isEqualTo(1);
  }
}
