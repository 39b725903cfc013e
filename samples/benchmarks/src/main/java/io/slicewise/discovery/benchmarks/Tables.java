package io.slicewise.discovery.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A report as Markdown: what was required, and then a table for each group of benchmarks, with one
 * line for each subject and one column for each metric. Metrics that are indented are parts of
 * another one; only the JSON has them.
 */
final class Tables {

  private final Report report;
  private final StringBuilder text = new StringBuilder();

  Tables(Report report) {
    this.report = report;
  }

  String markdown() {
    add("# Benchmark results");
    add(
        "Written by `benchmarks.jar`; [how to read them](../../../discovery-core/docs/benchmarks.md).");
    machine();
    failures();
    required();
    charts();
    Map<String, List<Row>> groups = new LinkedHashMap<>();
    for (Row row : report.rows()) {
      if (!row.metric().startsWith(" ")) {
        groups.computeIfAbsent(row.group(), group -> new ArrayList<>()).add(row);
      }
    }
    groups.forEach(this::group);
    return text.toString().stripTrailing() + "\n";
  }

  private void machine() {
    Machine machine = report.machine();
    add(
        String.format(
            Locale.ROOT,
            "%s: %s, %d cores, %.0f GB, %s; %s.",
            machine.date(),
            machine.processor(),
            machine.cores(),
            machine.memory() / 1e9,
            machine.system(),
            machine.jvm()));
    List<String> versions = new ArrayList<>();
    machine.versions().forEach((name, version) -> versions.add(name + " " + version));
    add(String.join(", ", versions) + ".");
  }

  private void failures() {
    if (!report.failures().isEmpty()) {
      List<String> lines = new ArrayList<>();
      report.failures().forEach((part, why) -> lines.add("- **" + part + " failed**: " + why));
      add(String.join("\n", lines));
    }
  }

  private void required() {
    List<List<String>> lines = new ArrayList<>();
    for (Row row : report.rows()) {
      if (row.bound().exists()) {
        lines.add(
            List.of(
                row.benchmark(),
                row.metric(),
                row.number() + " " + row.unit(),
                (row.bound().most() ? "≤ " : "≥ ") + row.bound().toString().substring(2),
                row.isMet() ? "met" : "**missed**"));
      }
    }
    if (!lines.isEmpty()) {
      add("## Required");
      table(List.of("benchmark", "metric", "measured", "required", ""), lines);
    }
  }

  private void charts() {
    List<String> images = new ArrayList<>();
    for (String file : Charts.of(report.rows()).keySet()) {
      images.add("![" + file.replace(".svg", "") + "](" + file + ")");
    }
    if (!images.isEmpty()) {
      add("## Charts");
      add(String.join("\n\n", images));
    }
  }

  private void group(String name, List<Row> rows) {
    Set<String> metrics = new LinkedHashSet<>();
    Map<String, Map<String, String>> bySubject = new LinkedHashMap<>();
    for (Row row : rows) {
      String metric = row.metric() + (row.unit().isEmpty() ? "" : ", " + row.unit());
      metrics.add(metric);
      String cell = row.isMet() ? row.number() : "**" + row.number() + "**";
      bySubject.computeIfAbsent(row.subject(), subject -> new LinkedHashMap<>()).put(metric, cell);
    }
    List<String> head = new ArrayList<>(metrics);
    head.add(0, "");
    List<List<String>> lines = new ArrayList<>();
    bySubject.forEach(
        (subject, cells) -> {
          List<String> line = new ArrayList<>(List.of(subject));
          metrics.forEach(metric -> line.add(cells.getOrDefault(metric, "")));
          lines.add(line);
        });
    add("## " + name);
    table(head, lines);
  }

  private void table(List<String> head, List<List<String>> lines) {
    StringBuilder table = new StringBuilder(line(head));
    table.append(line(head.stream().map(cell -> "---").toList()));
    lines.forEach(line -> table.append(line(line)));
    add(table.toString().stripTrailing());
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells).replace("\n", " ") + " |\n";
  }

  private void add(String paragraph) {
    text.append(paragraph).append("\n\n");
  }
}
