package io.slicewise.discovery.benchmarks.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** What is printed and drawn of the results. */
class ReportTest {

  @Test
  void aQuantileIsThatOfAllValues() {
    Histogram histogram = new Histogram(0.5);
    for (int i = 1; i <= 100; i++) {
      histogram.add(i);
    }

    assertThat(histogram.quantile(0.99)).isEqualTo(99);
    assertThat(histogram.quantile(0.5)).isEqualTo(50);
    assertThat(new Histogram(1).quantile(0.99)).isZero();
  }

  @Test
  void whatIsFarOutCountsInTheLastStep() {
    Histogram histogram = new Histogram(1);
    histogram.add(1e12);

    assertThat(histogram.quantile(0.99)).isEqualTo(99_999);
  }

  @Test
  void thePictureShowsEveryContenderAndHasNoScript() throws Exception {
    Scenario scenario = Scenario.steady(60).get(0);
    List<Result.Moment> moments = List.of(new Result.Moment(1, 0.1, 1.2));
    Result result = new Result(1, 0.1, 1.2, 1.2, 0, 1, 1, moments, List.of());

    String svg = Chart.draw(Map.of(scenario, Map.of(Contender.ZONE_AWARE, result)));

    var root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();
    assertThat(root.getTagName()).isEqualTo("svg");
    assertThat(root.getElementsByTagName("script").getLength()).isZero();
    assertThat(svg)
        .contains(scenario.name(), "zoneAware", "Envoy", "Auto hints", "PreferSameZone", "uniform");
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertThatThrownBy(() -> Simulator.main(new String[] {"--fast"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--seconds");
  }
}
