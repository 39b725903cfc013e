package io.slicewise.discovery.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.JSON;
import io.slicewise.discovery.kubernetes.SliceDecoder;
import io.slicewise.discovery.model.EndpointSlice;
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
            "UpdateBenchmark.turnsUnready",
            "UpdateBenchmark.flipsAndSettles",
            "PickBenchmark.pick",
            "PickBenchmark.acquireAndClose");
  }

  @Test
  void retainedHeapOfBothIsCounted() {
    List<Row> rows = RetainedHeap.measure(Fleet.of(200));

    assertThat(rows)
        .extracting(Row::metric)
        .contains("store, view and picker", "informer cache", "used heap");
    assertThat(rows.get(0).value()).isBetween(50.0, 5_000.0);
  }

  @Test
  void anEndpointThatTurnsUnreadyLeavesThePick() throws Exception {
    assertThat(EventToPick.measure(20, 0, 3)).hasSize(4).allMatch(row -> row.value() > 0);
  }

  @Test
  void bothDecodersReadTheSameSlice() throws Exception {
    byte[] event = new Fleet(2, true, 0).event("MODIFIED", 1, 7, i -> i != 42);

    EndpointSlice ours =
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
  void aRowSurvivesItsWayBetweenProcesses() {
    Row row = new Row("Pick x", "time, median", 12.5, "ns", 15);

    assertThat(Row.parse(row.line())).isEqualTo(row);
    assertThat(Row.parse("some other line")).isNull();
  }
}
