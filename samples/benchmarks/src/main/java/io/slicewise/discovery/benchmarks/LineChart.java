package io.slicewise.discovery.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Lines over a size, both axes logarithmic. */
final class LineChart {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 330;
  private static final int LEFT = 70;
  private static final int TOP = 58;
  private static final int PLOT_WIDTH = 440;
  private static final int PLOT_HEIGHT = 220;

  private final String title;
  private final String axis;
  private final Map<String, NavigableMap<Double, Double>> lines = new LinkedHashMap<>();

  /**
   * Begins a chart.
   *
   * @param axis what is counted from left to right
   */
  LineChart(String title, String axis) {
    this.title = title;
    this.axis = axis;
  }

  /** Adds a point to a line; what is not above zero has no place on the scale. */
  void add(String line, double x, double y) {
    if (x > 0 && y > 0) {
      lines.computeIfAbsent(line, name -> new TreeMap<>()).put(x, y);
    }
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  String draw() {
    double left = Double.MAX_VALUE;
    double right = 1;
    double least = Double.MAX_VALUE;
    double most = 1;
    for (NavigableMap<Double, Double> line : lines.values()) {
      left = Math.min(left, line.firstKey());
      right = Math.max(right, line.lastKey());
      for (double y : line.values()) {
        least = Math.min(least, y);
        most = Math.max(most, y);
      }
    }
    double low = Math.floor(Math.log10(least));
    double high = Math.max(low + 1, Math.ceil(Math.log10(most)));
    double width = Math.max(1e-9, Math.log10(right / left));
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    for (double decade = low; decade <= high; decade++) {
      double y = TOP + PLOT_HEIGHT * (high - decade) / (high - low);
      svg.line(LEFT, y, LEFT + PLOT_WIDTH, y, Svg.GREY, 0.3);
      svg.text(LEFT - 8, y + 4, "end", number(Math.pow(10, decade)));
    }
    TreeMap<Double, Double> sizes = new TreeMap<>();
    lines.values().forEach(sizes::putAll);
    for (double size : sizes.keySet()) {
      double x = LEFT + PLOT_WIDTH * Math.log10(size / left) / width;
      svg.text(x, TOP + PLOT_HEIGHT + 18, "middle", number(size));
    }
    svg.text(LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT + 38, "end", axis);
    int number = 0;
    for (Map.Entry<String, NavigableMap<Double, Double>> line : lines.entrySet()) {
      String colour = Svg.COLOURS[number % Svg.COLOURS.length];
      StringBuilder points = new StringBuilder();
      for (Map.Entry<Double, Double> point : line.getValue().entrySet()) {
        double x = LEFT + PLOT_WIDTH * Math.log10(point.getKey() / left) / width;
        double y = TOP + PLOT_HEIGHT * (high - Math.log10(point.getValue())) / (high - low);
        svg.dot(x, y, colour);
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      }
      svg.path(points.toString().strip(), colour);
      svg.rectangle(LEFT + number * 160, 30, 10, 10, colour);
      svg.text(LEFT + number * 160 + 16, 40, "start", line.getKey());
      number++;
    }
    return svg.end();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.2f" : "%,.0f", value);
  }
}
