package io.slicewise.discovery.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** What is required of several numbers together: ratios between us and a peer, or two sizes. */
final class Requirements {

  private static final int SMALL = 100;
  private static final int LARGE = 20_000;

  private final Found found;
  private final List<Row> rows = new ArrayList<>();

  private Requirements(List<Row> rows) {
    this.found = new Found(rows);
  }

  /** Returns the rows that follow from others; those of which one is missing are left out. */
  static List<Row> of(List<Row> rows) {
    Requirements requirements = new Requirements(rows);
    requirements.peers();
    requirements.pick();
    requirements.growth();
    return requirements.rows;
  }

  private void peers() {
    for (String peer : List.of("clientJava", "fabric8")) {
      boolean required = peer.equals("clientJava");
      String name = "Ratio " + peer + " to slicewise, event of 100 endpoints";
      double time =
          found.value("Apply " + peer, Found.TIME) / found.value("Apply slicewise 100", Found.TIME);
      double garbage =
          found.value("Apply " + peer, "garbage") / found.value("Apply slicewise 100", "garbage");
      add(name, "CPU time", time, required ? Bound.atLeast(10) : Bound.NONE);
      add(name, "garbage", garbage, required ? Bound.atLeast(50) : Bound.NONE);
    }
    double ours = // all that is there, as in an informer
        found.value("RetainedHeap slicewise", RetainedHeap.OURS)
            + found.value("RetainedHeap slicewise", RetainedHeap.DECODER);
    for (String peer : List.of("client-java", "fabric8")) {
      add(
          "Ratio " + peer + " to slicewise, retained",
          "bytes of an endpoint",
          found.value("RetainedHeap " + peer, RetainedHeap.STORE) / ours,
          peer.equals("client-java") ? Bound.atLeast(4) : Bound.NONE);
    }
  }

  private void pick() {
    for (String size : List.of("10", "1000", "10000")) {
      String name = "Pick pick " + size;
      double two = found.value(name + " x2", Found.TIME);
      add(
          "Ratio two threads to one, pick of " + size,
          "time",
          two / found.value(name + " x1", Found.TIME),
          Bound.atMost(1.3));
      double fastest = Double.NaN;
      String fastestPeer = "";
      for (Row row : found.rows()) {
        if (isPeerOfPick(row, size) && !(row.value() >= fastest)) {
          fastest = row.value();
          fastestPeer = row.subject().split(" ", 2)[0];
        }
      }
      add(
          "Ratio fastest peer to pick of " + size + ", two threads",
          "time, " + fastestPeer,
          fastest / two,
          Bound.atLeast(1));
    }
  }

  private static boolean isPeerOfPick(Row row, String size) {
    return (row.group().equals("PeerPick") || row.group().equals("SpringPick"))
        && row.metric().startsWith(Found.TIME)
        && row.benchmark().endsWith(" " + size + " x2")
        && !row.benchmark().contains("Slicewise");
  }

  private void growth() {
    for (String metric : List.of(Found.TIME, "garbage")) {
      add(
          "Ratio 20,000 endpoints to 100, work of an event",
          metric + " less copied references",
          work(LARGE, metric) / work(SMALL, metric),
          Bound.atMost(1.3));
    }
  }

  private double work(int endpoints, String metric) {
    return found.value("Apply slicewise " + endpoints, metric)
        - found.value("Copy references " + endpoints, metric);
  }

  private void add(String benchmark, String metric, double value, Bound bound) {
    if (!Double.isNaN(value)) {
      rows.add(new Row(benchmark, metric, value, "×", bound));
    }
  }
}
