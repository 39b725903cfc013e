package io.slicewise.discovery.benchmarks.simulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws cases side by side: what part of the calls leaves its zone to the right, the load of the
 * busiest endpoint upwards. Plain SVG without a background; its colours can be read on white and on
 * black, and marks that lie on one another can still be told.
 */
final class Chart {

  private static final int PANEL_WIDTH = 370;
  private static final int PANEL_HEIGHT = 272;
  private static final int HEAD = 24; // above the panels
  private static final int FOOT = 76; // below them
  private static final int LEFT = 44; // what follows is inside a panel
  private static final int TOP = 28;
  private static final int PLOT_WIDTH = 300;
  private static final int PLOT_HEIGHT = 200;
  private static final double MOST_CROSSING = 0.75;
  private static final double LEAST_LOAD = 0.93;
  private static final double MOST_LOAD = 4; // logarithmic, so that 1.0 and 1.2 are apart
  private static final String GREY = "#7d8590";
  private static final String BLUE = "#2f81f7";

  /** How a contender is drawn: a shape around 0, 0. */
  private record Style(String name, String shape) {}

  /** In the order of drawing: large hollow shapes first, so that small ones lie in them. */
  private static final Map<Contender, Style> STYLES = new LinkedHashMap<>();

  static {
    STYLES.put(
        Contender.UNIFORM,
        new Style("uniform", "<circle r='7' fill='none' stroke='" + GREY + "' stroke-width='2'/>"));
    STYLES.put(
        Contender.SAME_ZONE,
        new Style(
            "sameZone, PreferSameZone hints",
            "<rect x='-7' y='-7' width='14' height='14' fill='none' stroke='#e5534b'"
                + " stroke-width='2'/>"));
    STYLES.put(
        Contender.AUTO_HINTS,
        new Style("Auto hints", "<path d='M0-4.5L4.5 0L0 4.5L-4.5 0Z' fill='#d4802a'/>"));
    STYLES.put(
        Contender.ENVOY, new Style("Envoy's rule", "<path d='M0 4L-4-3H4Z' fill='#2da44e'/>"));
    STYLES.put(
        Contender.UNKNOWN_CALLERS,
        new Style("zoneAware, callers unknown", "<path d='M0-5L5 4H-5Z' fill='#a371f7'/>"));
    STYLES.put(Contender.ZONE_AWARE, new Style("zoneAware", "<circle r='5' fill='" + BLUE + "'/>"));
  }

  private static final List<Contender> LEGEND =
      List.of(
          Contender.ZONE_AWARE,
          Contender.ENVOY,
          Contender.AUTO_HINTS,
          Contender.UNKNOWN_CALLERS,
          Contender.UNIFORM,
          Contender.SAME_ZONE);

  private final StringBuilder svg = new StringBuilder();

  private Chart() {}

  /**
   * Returns the picture.
   *
   * @param cases the results of each contender in each case; two cases in a row
   */
  static String draw(Map<Scenario, Map<Contender, Result>> cases) {
    Chart chart = new Chart();
    int rows = (cases.size() + 1) / 2;
    int width = 2 * PANEL_WIDTH;
    int height = HEAD + rows * PANEL_HEIGHT + FOOT;
    chart.add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='Helvetica, Arial, sans-serif' font-size='12' fill='%s'>",
        width, height, width, height, GREY);
    chart.add("<title>Cross-zone calls and the load of the busiest endpoint, by policy</title>");
    chart.text(4, 14, "load of the busiest endpoint; 1× if all get the same");
    int number = 0;
    for (Map.Entry<Scenario, Map<Contender, Result>> each : cases.entrySet()) {
      chart.open(number % 2 * PANEL_WIDTH, HEAD + number / 2 * PANEL_HEIGHT);
      chart.panel(each.getKey().name(), each.getValue());
      chart.add("</g>");
      number++;
    }
    int foot = height - FOOT;
    chart.add(
        "<text x='%d' y='%d' text-anchor='end'>calls that leave their zone</text>",
        PANEL_WIDTH + LEFT + PLOT_WIDTH, foot + 6);
    for (int i = 0; i < LEGEND.size(); i++) {
      Style style = STYLES.getOrDefault(LEGEND.get(i), new Style("", ""));
      chart.open(LEFT + 8 + i % 3 * 230, foot + 36 + i / 3 * 24);
      chart.add("%s", style.shape);
      chart.text(14, 4, style.name);
      chart.add("</g>");
    }
    chart.add("</svg>");
    return chart.svg.toString();
  }

  private void panel(String title, Map<Contender, Result> results) {
    add("<text x='%d' y='16' font-weight='bold'>%s</text>", LEFT, title);
    for (double load : new double[] {1, 1.5, 2, 3, 4}) {
      line(LEFT, y(load), LEFT + PLOT_WIDTH, y(load), GREY, "stroke-opacity='0.3'");
      label(y(load), load == 1.5 ? "1.5×" : (int) load + "×", GREY);
    }
    for (int percent = 0; percent <= 60; percent += 20) {
      double x = x(percent / 100.0);
      line(x, TOP, x, TOP + PLOT_HEIGHT, GREY, "stroke-opacity='0.3'");
      add(
          "<text x='%.1f' y='%d' text-anchor='middle'>%d %%</text>",
          x, TOP + PLOT_HEIGHT + 18, percent);
    }
    line(LEFT, y(1.2), LEFT + PLOT_WIDTH, y(1.2), BLUE, "stroke-dasharray='5 4'");
    label(y(1.2), "1.2×", BLUE);
    STYLES.forEach(
        (contender, style) -> {
          Result result = results.get(contender);
          if (result != null) {
            open(x(result.crossing()), y(result.peak(0, Double.MAX_VALUE)));
            add("%s</g>", style.shape);
          }
        });
  }

  private void label(double y, String text, String colour) {
    add(
        "<text x='%d' y='%.1f' text-anchor='end' fill='%s'>%s</text>",
        LEFT - 12, y + 4, colour, text);
  }

  private void line(double x1, double y1, double x2, double y2, String colour, String more) {
    add(
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' %s/>",
        x1, y1, x2, y2, colour, more);
  }

  private void text(double x, double y, String text) {
    add("<text x='%.0f' y='%.0f'>%s</text>", x, y, text);
  }

  private void open(double x, double y) {
    add("<g transform='translate(%.1f %.1f)'>", x, y);
  }

  private static double x(double crossing) {
    return LEFT + crossing / MOST_CROSSING * PLOT_WIDTH;
  }

  private static double y(double load) {
    double part = Math.log(load / LEAST_LOAD) / Math.log(MOST_LOAD / LEAST_LOAD);
    return TOP + PLOT_HEIGHT * (1 - part);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
