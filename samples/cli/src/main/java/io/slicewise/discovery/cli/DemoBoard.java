package io.slicewise.discovery.cli;

import io.slicewise.discovery.cli.Backend.Stage;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** The state of a demo in words: a block of lines for a terminal, or one line for each phase. */
final class DemoBoard {

  private final Fleet fleet;
  private final Tally tally;
  private final Front front;
  private final BooleanSupplier apiServerUp;
  private final Duration length;
  private String phase = "";
  private Duration phaseBegan = Duration.ZERO;
  private Traffic before = Traffic.NONE;

  DemoBoard(Fleet fleet, Tally tally, Front front, BooleanSupplier apiServerUp, Duration length) {
    this.fleet = fleet;
    this.tally = tally;
    this.front = front;
    this.apiServerUp = apiServerUp;
    this.length = length;
  }

  void begin(String name, Duration now) {
    phase = name;
    phaseBegan = now;
    before = tally.traffic();
  }

  /** Returns what {@link #line} leaves unsaid, and the titles of its columns. */
  List<String> legend() {
    StringBuilder titles =
        new StringBuilder(String.format("%7s  %-17s %6s %6s", "TIME", "PHASE", "CALLS", "ERRORS"));
    for (String zone : Day.ZONES) {
      titles.append(String.format("   %6s  FROM  STAY", zone));
    }
    titles.append(
        String.format(
            "   %5s  %4s  %7s  %7s  %s",
            "CROSS", "PLAN", "OPTIMUM", "UNIFORM", "API SERVER, VIEWS"));
    StringJoiner where = new StringJoiner(", ", "Callers: ", ".");
    Front.SHARES.forEach((zone, share) -> where.add(RoutingText.percent(share) + " in " + zone));
    return List.of(
        "",
        where.toString(),
        "For each zone: pods ready + on their way out, the calls from it, and how many of them"
            + " stayed there.",
        "CROSS is how many of all calls left their zone: to be compared with what the shares in"
            + " force say (PLAN),",
        "with the least that leaves no pod above 1.2 times an equal load (OPTIMUM), and with"
            + " picking all pods alike.",
        "",
        titles.toString());
  }

  /** Returns the phase so far in one line. */
  String line(Duration now) {
    Traffic since = tally.traffic().since(before);
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%5.1f s  %-17s %6d %6d",
                seconds(now),
                phase,
                since.calls(),
                since.errors()));
    for (String zone : Day.ZONES) {
      Map<Stage, Integer> pods = pods(zone);
      int leaving = pods.getOrDefault(Stage.TERMINATING, 0) + pods.getOrDefault(Stage.UNREADY, 0);
      line.append(
          String.format(
              Locale.ROOT,
              "   %6s  %4d  %3.0f%%",
              pods.getOrDefault(Stage.READY, 0) + "+" + leaving,
              since.zone(zone).from(),
              since.zone(zone).inZone()));
    }
    line.append(
        String.format(
            Locale.ROOT,
            "   %4.1f%%  %3.1f%%  %6.1f%%  %6.1f%%  %s, %s",
            since.crossZone(),
            since.plan(),
            since.optimum(),
            since.uniform(),
            apiServer(),
            views()));
    return line.toString();
  }

  /** Returns everything, for a terminal. */
  List<String> block(Duration now) {
    Traffic all = tally.traffic();
    Traffic since = all.since(before);
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, "%5.1f s of %.0f s   %s", seconds(now), seconds(length), phase));
    lines.add(
        String.format(
            Locale.ROOT,
            "%d calls, %.0f a second, %d errors",
            all.calls(),
            rate(since, now),
            all.errors()));
    lines.add("API server " + apiServer() + ", the callers' views " + views());
    lines.add("");
    lines.addAll(pods());
    lines.add("");
    lines.addAll(calls(all, since));
    return lines;
  }

  private List<String> pods() {
    TextTable table = new TextTable("PODS", "STARTING", "READY", "NOT READY", "TERMINATING");
    for (String zone : Day.ZONES) {
      Map<Stage, Integer> pods = pods(zone);
      table.row(
          zone,
          count(pods, Stage.STARTING),
          count(pods, Stage.READY),
          count(pods, Stage.UNREADY),
          count(pods, Stage.TERMINATING));
    }
    return table.lines();
  }

  private List<String> calls(Traffic all, Traffic since) {
    TextTable table = new TextTable("CALLS", "CALLERS", "FROM", "TO", "STAYED", "IN THIS PHASE");
    for (String zone : Day.ZONES) {
      Traffic.Zone calls = all.zone(zone);
      table.row(
          zone,
          Long.toString(Front.ZONES.stream().filter(zone::equals).count()),
          Long.toString(calls.from()),
          Long.toString(calls.to()),
          percent(calls.inZone()),
          percent(since.zone(zone).inZone()));
    }
    table.row("cross-zone", "", "", "", percent(all.crossZone()), percent(since.crossZone()));
    table.row("  plan (shares in force)", "", "", "", percent(all.plan()), percent(since.plan()));
    table.row(
        "  optimum (load <= 1.2)", "", "", "", percent(all.optimum()), percent(since.optimum()));
    table.row(
        "  uniform (all alike)", "", "", "", percent(all.uniform()), percent(since.uniform()));
    return table.lines();
  }

  private String apiServer() {
    return apiServerUp.getAsBoolean() ? "up" : "killed";
  }

  /** The states that there are, and how many endpoints the first caller sees. */
  private String views() {
    TreeSet<String> states = new TreeSet<>();
    front.callers().forEach(caller -> states.add(caller.watch().view().state().name()));
    ServiceView first = front.callers().get(0).watch().view();
    return String.join(
        " ",
        String.join("/", states),
        Integer.toString(first.eligible().size()),
        "of",
        Integer.toString(first.endpoints().size()));
  }

  private double rate(Traffic since, Duration now) {
    double seconds = seconds(now.minus(phaseBegan));
    return seconds <= 0 ? 0 : since.calls() / seconds;
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

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f%%", part);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
