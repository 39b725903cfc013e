package io.slicewise.discovery.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** What is written of fixed numbers. */
class ReportTest {

  private static final Machine MACHINE =
      new Machine(
          Instant.parse("2026-11-21T12:00:00Z"),
          "a processor",
          2,
          23_000_000_000L,
          "Linux 6",
          "a JVM",
          Map.of("gRPC", "1.2.3"));

  private static final List<Row> ROWS =
      List.of(
          new Row("Apply slicewise 100", "time, median iteration", 20, "us"),
          new Row("Apply slicewise 100", "garbage", 10_000, "B"),
          new Row("Apply slicewise 20000", "time, median iteration", 31, "us"),
          new Row("Apply clientJava", "time, median iteration", 300, "us"),
          new Row("Apply clientJava", "garbage", 400_000, "B"),
          new Row("Copy references 100", "time, median iteration", 1, "us"),
          new Row("Copy references 20000", "time, median iteration", 9, "us"),
          new Row("Pick pick 1000 x1", "time, median iteration", 12, "ns", Bound.atMost(15)),
          new Row("Pick pick 1000 x2", "time, median iteration", 18, "ns", Bound.atMost(15)),
          new Row("PeerPick grpcRoundRobin 1000 x2", "time, median iteration", 40, "ns"),
          new Row("PeerPick grpcSlicewise 1000 x2", "time, median iteration", 17, "ns"),
          new Row("PeerPick armeria 1000 x2", "time, median iteration", 27, "ns"),
          new Row("RetainedHeap slicewise", RetainedHeap.OURS, 190, "B", Bound.atMost(200)),
          new Row("RetainedHeap slicewise", RetainedHeap.DECODER, 10, "B"),
          new Row("RetainedHeap slicewise", "  text name", 60, "B"),
          new Row("RetainedHeap client-java", RetainedHeap.STORE, 700, "B"));

  @Test
  void ratiosFollowFromTheRowsThatAreThere() {
    assertThat(Requirements.of(ROWS))
        .containsExactly(
            ratio("clientJava to slicewise, event of 100 endpoints", "CPU time", 15, ">=10"),
            ratio("clientJava to slicewise, event of 100 endpoints", "garbage", 40, ">=50"),
            ratio("client-java to slicewise, retained", "bytes of an endpoint", 700 / 200.0, ">=4"),
            ratio("two threads to one, pick of 1000", "time", 1.5, "<=1.3"),
            ratio("fastest peer to pick of 1000, two threads", "time, armeria", 1.5, ">=1"),
            ratio(
                "20,000 endpoints to 100, work of an event",
                "time less copied references",
                22 / 19.0,
                "<=1.3"));
  }

  private static Row ratio(String benchmark, String metric, double value, String bound) {
    return new Row("Ratio " + benchmark, metric, value, "×", Bound.parse(bound));
  }

  @Test
  void tablesSayWhatIsMissed() {
    String markdown = new Tables(report(Map.of("Herd", "too few"))).markdown();

    assertThat(markdown)
        .contains("2026-11-21T12:00:00Z: a processor, 2 cores, 23 GB, Linux 6; a JVM.")
        .contains("gRPC 1.2.3.")
        .contains("- **Herd failed**: too few")
        .contains("| Pick pick 1000 x1 | time, median iteration | 12 ns | ≤ 15 | met |")
        .contains("| Pick pick 1000 x2 | time, median iteration | 18 ns | ≤ 15 | **missed** |")
        .contains("| pick 1000 x2 | **18** |")
        .contains("|  | time, median iteration, us | garbage, B |\n| --- | --- | --- |\n")
        .contains("| slicewise 100 | 20 | 10,000 |\n| slicewise 20000 | 31 |  |")
        .contains("![pick](pick.svg)")
        .doesNotContain("text name");
  }

  @Test
  void jsonHasEveryRow() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report(Map.of()).json());

    assertThat(json.at("/machine/cores").asInt()).isEqualTo(2);
    assertThat(json.at("/versions/gRPC").asText()).isEqualTo("1.2.3");
    assertThat(json.at("/failures")).isEmpty();
    assertThat(json.at("/rows")).hasSize(ROWS.size());
    assertThat(json.at("/rows/8/required").asText()).isEqualTo("<=15");
    assertThat(json.at("/rows/8/met").asBoolean()).isFalse();
    assertThat(json.at("/rows/0").has("met")).isFalse();
  }

  @Test
  void chartsAreWellFormedAndComplete(@TempDir Path directory) throws Exception {
    report(Map.of()).writeTo(directory);

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "benchmarks.json",
              "benchmarks.md",
              "apply.svg",
              "growth-garbage.svg",
              "growth-time.svg",
              "pick.svg",
              "retained.svg");
    }
    assertThat(texts(Files.readString(directory.resolve("pick.svg"))))
        .contains("pick", "grpcRoundRobin", "1 thread", "2 threads", "12", "18", "40");
    assertThat(texts(Files.readString(directory.resolve("growth-time.svg"))))
        .contains("slicewise", "copied references alone", "100", "20,000");
  }

  @Test
  void aRowSurvivesItsWayBetweenProcesses() {
    for (Bound bound : List.of(Bound.NONE, Bound.atMost(15), Bound.atLeast(1.3))) {
      Row row = new Row("Pick x", "time, median", 12.5, "ns", bound);

      assertThat(Row.parse(row.line())).isEqualTo(row);
    }
    assertThat(Row.parse("some other line")).isNull();
  }

  @Test
  void aNumberThatIsNoneMeetsNothing() {
    assertThat(Bound.atMost(1).isMetBy(Double.NaN)).isFalse();
    assertThat(Bound.atLeast(1).isMetBy(Double.NaN)).isFalse();
    assertThat(Bound.NONE.isMetBy(Double.NaN)).isTrue();
  }

  @Test
  void thisMachineIsDescribedWithoutItsName() throws Exception {
    Machine here = Machine.here();

    assertThat(here.cores()).isPositive();
    assertThat(here.versions()).containsKeys("Slicewise", "client-java", "Stork");
    assertThat(here.versions().values()).noneMatch(version -> version.contains("$"));
  }

  private static Report report(Map<String, String> failures) {
    return new Report(MACHINE, ROWS, failures);
  }

  private static List<String> texts(String svg) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    var nodes = document.getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }
}
