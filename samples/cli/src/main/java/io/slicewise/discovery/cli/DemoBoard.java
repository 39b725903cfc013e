package io.slicewise.discovery.cli;

import io.slicewise.discovery.cli.Backend.Stage;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The state of a demo in words: a block of lines for a terminal, or one line for each phase. */
final class DemoBoard {

  private final Fleet fleet;
  private final Tally tally;
  private final Supplier<ServiceView> view;
  private final BooleanSupplier apiServerUp;
  private final Duration length;
  private String phase = "";
  private Duration phaseBegan = Duration.ZERO;
  private long callsBefore;

  DemoBoard(
      Fleet fleet,
      Tally tally,
      Supplier<ServiceView> view,
      BooleanSupplier apiServerUp,
      Duration length) {
    this.fleet = fleet;
    this.tally = tally;
    this.view = view;
    this.apiServerUp = apiServerUp;
    this.length = length;
  }

  void begin(String name, Duration now) {
    phase = name;
    phaseBegan = now;
    callsBefore = tally.calls();
  }

  /** Returns what {@link #line} leaves unsaid. */
  static String legend() {
    return "For each zone: pods ready + on their way out, and its part of all calls. The caller is in "
        + Day.ZONES.get(0)
        + ".";
  }

  /** Returns the phase so far in one line. */
  String line(Duration now) {
    StringBuilder zones = new StringBuilder();
    for (String zone : Day.ZONES) {
      Map<Stage, Integer> pods = pods(zone);
      int leaving = pods.getOrDefault(Stage.TERMINATING, 0) + pods.getOrDefault(Stage.UNREADY, 0);
      zones.append(
          String.format(
              Locale.ROOT,
              "  %s %d+%d %2.0f%%",
              zone,
              pods.getOrDefault(Stage.READY, 0),
              leaving,
              share(zone)));
    }
    return String.format(
        Locale.ROOT,
        "%5.1f s  %-17s %4.0f/s  %d errors%s  API server %-6s  view %s",
        seconds(now),
        phase,
        rate(now),
        tally.errors(),
        zones,
        apiServer(),
        state());
  }

  /** Returns everything, for a terminal. */
  List<String> block(Duration now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, "%5.1f s of %.0f s   %s", seconds(now), seconds(length), phase));
    lines.add(
        String.format(
            Locale.ROOT,
            "%d calls, %.0f a second, %d errors",
            tally.calls(),
            rate(now),
            tally.errors()));
    lines.add("API server " + apiServer() + ", the caller's view " + state());
    lines.add("");
    TextTable table =
        new TextTable("ZONE", "STARTING", "READY", "NOT READY", "TERMINATING", "CALLS", "OF ALL");
    for (String zone : Day.ZONES) {
      Map<Stage, Integer> pods = pods(zone);
      table.row(
          zone.equals(Day.ZONES.get(0)) ? zone + " (caller)" : zone,
          count(pods, Stage.STARTING),
          count(pods, Stage.READY),
          count(pods, Stage.UNREADY),
          count(pods, Stage.TERMINATING),
          Long.toString(tally.callsToZone(zone)),
          String.format(Locale.ROOT, "%.1f%%", share(zone)));
    }
    lines.addAll(table.lines());
    return lines;
  }

  private String apiServer() {
    return apiServerUp.getAsBoolean() ? "up" : "killed";
  }

  private String state() {
    ServiceView now = view.get();
    return now.state() + ", " + now.eligible().size() + " of " + now.endpoints().size() + " in";
  }

  private double rate(Duration now) {
    double seconds = seconds(now.minus(phaseBegan));
    return seconds <= 0 ? 0 : (tally.calls() - callsBefore) / seconds;
  }

  private double share(String zone) {
    long calls = tally.calls();
    return calls == 0 ? 0 : 100.0 * tally.callsToZone(zone) / calls;
  }

  private Map<Stage, Integer> pods(String zone) {
    Map<Stage, Integer> pods = new EnumMap<>(Stage.class);
    for (Backend backend : fleet.all()) {
      if (backend.zone().equals(zone)) {
        pods.merge(backend.stage(), 1, Integer::sum);
      }
    }
    return pods;
  }

  private static String count(Map<Stage, Integer> pods, Stage stage) {
    return Integer.toString(pods.getOrDefault(stage, 0));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
