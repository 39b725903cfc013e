package io.slicewise.discovery.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.kubernetes.client.openapi.JSON;
import io.slicewise.discovery.kubernetes.SliceDecoder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark still runs; nothing is said about how fast. */
class SmokeTest {

  @Test
  void everyJmhBenchmarkRunsOnce() throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("io.slicewise.discovery.benchmarks.*")
                    .param("endpoints", "200")
                    .param("pods", "100")
                    .forks(0)
                    .mode(Mode.SingleShotTime)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results)
        .extracting(
            result -> result.getParams().getBenchmark().replaceFirst(".*\\.(?=\\w+\\.)", ""))
        .contains(
            "DecodeBenchmark.slicewise",
            "DecodeBenchmark.officialClient",
            "ApplyBenchmark.slicewise",
            "ApplyBenchmark.clientJava",
            "ApplyBenchmark.fabric8",
            "CopyBenchmark.references",
            "PodChangeBenchmark.slicesSlicewise",
            "PodChangeBenchmark.slicesClientJava",
            "PodChangeBenchmark.endpointsClientJava",
            "PeerPickBenchmark.storkTwoChoices",
            "UpdateBenchmark.turnsUnready",
            "UpdateBenchmark.flipsAndSettles",
            "PickBenchmark.pick",
            "PickBenchmark.acquireAndClose");
  }

  @Test
  void retainedHeapOfAllIsCounted() {
    List<Row> rows = RetainedHeap.measure(Fleet.of(200));

    assertThat(rows)
        .extracting(Row::metric)
        .contains(RetainedHeap.OURS, RetainedHeap.STORE, "used heap");
    assertThat(rows.get(0).value()).isBetween(50.0, 5_000.0);
  }

  @Test
  void anEndpointThatTurnsUnreadyOrTerminatesLeavesThePick() throws Exception {
    assertThat(EventToPick.measure(20, 0, 3)).hasSize(12).allMatch(row -> row.value() >= 0);
  }

  @Test
  void anEndpointThatTurnsUnreadyLeavesThePeers() throws Exception {
    assertThat(PeerEventToPick.armeria(0, 3)).hasSize(2).allMatch(row -> row.value() >= 0);
    // A cache of 300 ms: what is chosen changes at its end, and not before.
    assertThat(PeerEventToPick.spring(3, Duration.ofMillis(300)).get(1).value())
        .isBetween(50.0, 600.0);
  }

  @Test
  void bothDecodersReadTheSameSlice() throws Exception {
    byte[] event = new Fleet(2, true, 0).event("MODIFIED", 1, 7, i -> i != 42);

    var ours =
        Objects.requireNonNull(
            Objects.requireNonNull(new SliceDecoder().decodeEvent(event, 0, event.length)).slice());
    var theirs = OfficialWatch.decode(event, new JSON());

    assertThat(ours.endpoints()).hasSize(Fleet.PER_SLICE);
    for (int i = 0; i < Fleet.PER_SLICE; i++) {
      var mine = ours.endpoints().get(i);
      var other = theirs.getEndpoints().get(i);
      assertThat(mine.address()).isEqualTo(other.getAddresses().get(0));
      assertThat(mine.pod()).isEqualTo(other.getTargetRef().getName());
      assertThat(mine.podUid()).hasToString(other.getTargetRef().getUid());
      assertThat(mine.node()).isEqualTo(other.getNodeName());
      assertThat(mine.conditions().ready()).isEqualTo(other.getConditions().getReady());
      assertThat(mine.conditions().ready()).isEqualTo(i != 42);
      assertThat(mine.hints().forZones()).containsExactly(mine.zone());
    }
  }

  @Test
  void allStoresKnowTheSameAfterAnEvent() throws Exception {
    Fleet fleet = Fleet.of(Fleet.PER_SLICE);
    byte[] event = fleet.event("MODIFIED", 0, 2_000, i -> i != 42);

    var clientJava = ClientJavaStore.ofSlices().apply(event);
    var fabric8 = (EndpointSlice) new Fabric8Store().apply(event);
    try (HeldService held = new HeldService(fleet)) {
      held.deliver(held.decode(event));

      assertThat(held.watch().view().eligible()).hasSize(Fleet.PER_SLICE - 1);
    }
    assertThat(clientJava.getEndpoints()).hasSize(Fleet.PER_SLICE);
    assertThat(clientJava.getEndpoints().get(42).getConditions().getReady()).isFalse();
    assertThat(fabric8.getEndpoints()).hasSize(Fleet.PER_SLICE);
    assertThat(fabric8.getEndpoints().get(42).getConditions().getReady()).isFalse();
  }

  @Test
  void aPodChangeIsInTheEventsOfBothApis() throws Exception {
    PodChange change = PodChange.of(250);

    assertThat(change.slices()).hasSize(3);
    assertThat(change.endpoints().get(0).length()).isGreaterThan(change.slice().get(0).length());
    var unready =
        ClientJavaStore.ofEndpoints().apply(change.endpoints().get(0).at(VersionedEvent.FIRST + 7));
    assertThat(unready.getMetadata().getResourceVersion()).isEqualTo("1000000007");
    assertThat(unready.getSubsets().get(0).getNotReadyAddresses()).hasSize(1);
    assertThat(unready.getSubsets().get(0).getAddresses()).hasSize(249);
  }
}
