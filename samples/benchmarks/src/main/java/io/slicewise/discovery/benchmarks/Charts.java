package io.slicewise.discovery.benchmarks;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which numbers are drawn, and how. A chart without numbers is left out. */
final class Charts {

  private final Found found;
  private final Map<String, String> files = new LinkedHashMap<>();

  private Charts(List<Row> rows) {
    this.found = new Found(rows);
  }

  /** Returns the charts by the names of their files. */
  static Map<String, String> of(List<Row> rows) {
    Charts charts = new Charts(rows);
    charts.apply();
    charts.pick();
    charts.retained();
    charts.growth("growth-time.svg", "Event of one changed endpoint, µs", Found.TIME);
    charts.growth(
        "growth-garbage.svg", "Event of one changed endpoint, bytes of garbage", "garbage");
    charts.change("change-time.svg", "One pod changes, µs", Found.TIME);
    charts.change("change-garbage.svg", "One pod changes, bytes of garbage", "garbage");
    charts.change("change-bytes.svg", "One pod changes, bytes sent", "sent");
    return charts.files;
  }

  private void apply() {
    BarChart chart =
        new BarChart(
            "An event of 100 endpoints, from bytes to view or store", List.of("µs", "KB garbage"));
    for (String peer : List.of("slicewise 100", "clientJava", "fabric8")) {
      String name = "Apply " + peer;
      chart.add(peer, List.of(found.value(name, Found.TIME), found.value(name, "garbage") / 1_000));
    }
    add("apply.svg", chart);
  }

  private void pick() {
    Set<String> names = new LinkedHashSet<>();
    for (Row row : found.rows()) {
      if (row.group().endsWith("Pick") && row.benchmark().endsWith(" 1000 x2")) {
        names.add(row.benchmark().replace(" 1000 x2", ""));
      }
    }
    BarChart chart =
        new BarChart(
            "One choice among 1,000 endpoints, ns on each thread",
            List.of("1 thread", "2 threads"));
    for (String name : names) {
      chart.add(
          name.replace("PeerPick ", "").replace("Pick ", ""),
          List.of(
              found.value(name + " 1000 x1", Found.TIME),
              found.value(name + " 1000 x2", Found.TIME)));
    }
    add("pick.svg", chart);
  }

  private void retained() {
    BarChart chart = new BarChart("Bytes that an endpoint retains", List.of("bytes"));
    chart.add("slicewise", List.of(found.value("RetainedHeap slicewise", RetainedHeap.OURS)));
    for (String peer : List.of("client-java", "fabric8")) {
      chart.add(peer, List.of(found.value("RetainedHeap " + peer, RetainedHeap.STORE)));
    }
    add("retained.svg", chart);
  }

  private void growth(String file, String title, String metric) {
    LineChart chart = new LineChart(title, "endpoints");
    for (Row row : found.rows()) {
      if (row.metric().startsWith(metric) && row.benchmark().matches("Apply slicewise \\d+")) {
        chart.add("slicewise", size(row), row.value());
      }
      if (row.metric().startsWith(metric) && row.benchmark().matches("Copy references \\d+")) {
        chart.add("copied references alone", size(row), row.value());
      }
    }
    add(file, chart);
  }

  private void change(String file, String title, String metric) {
    LineChart chart = new LineChart(title, "pods of the Service");
    for (Row row : found.rows()) {
      if (row.group().equals("PodChange") && row.metric().startsWith(metric)) {
        chart.add(row.subject().replaceFirst(" \\d+$", ""), size(row), row.value());
      }
    }
    add(file, chart);
  }

  private static double size(Row row) {
    return Double.parseDouble(row.benchmark().replaceFirst(".* ", ""));
  }

  private void add(String file, BarChart chart) {
    if (!chart.isEmpty()) {
      files.put(file, chart.draw());
    }
  }

  private void add(String file, LineChart chart) {
    if (!chart.isEmpty()) {
      files.put(file, chart.draw());
    }
  }
}
