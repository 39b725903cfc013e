package io.slicewise.discovery.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The benchmarks that start JVMs of their own still run; nothing is said about how fast. */
class ProcessesTest {

  @Test
  void severalServicesAreFollowedInBothWays() throws Exception {
    List<Row> rows = ManyServices.measure(3);

    assertThat(rows).hasSize(12);
    assertThat(value(rows, "ManyServices 3, whole namespace", "streams")).isEqualTo(1);
    assertThat(value(rows, "ManyServices 3, selected", "requests")).isPositive();
  }

  @Test
  void everyClientHasAFirstPick() throws Exception {
    List<Row> rows = ColdStart.measure(1);

    assertThat(rows).hasSize(6).allMatch(row -> row.value() > 0);
  }

  @Test
  void everyClientFollowsARollingUpdate() throws Exception {
    List<Row> rows = RollingUpdate.measure(20, 10, 10, 300);

    assertThat(rows).hasSize(12).allMatch(row -> row.value() >= 0);
  }

  @Test
  void aHerdComesBackToItsServer() throws Exception {
    List<Row> rows = Herd.measure(4, 1);

    assertThat(value(rows, "Herd slicewise, 1 s away", "failed attempts of each, most"))
        .isPositive();
    assertThat(value(rows, "Herd slicewise, back", "requests of each")).isGreaterThanOrEqualTo(1);
  }

  private static double value(List<Row> rows, String benchmark, String metric) {
    return new Found(rows).value(benchmark, metric);
  }
}
