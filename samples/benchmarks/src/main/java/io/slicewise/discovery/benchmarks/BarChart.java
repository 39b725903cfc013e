package io.slicewise.discovery.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Bars from left to right on a logarithmic scale, one or more beside each name. */
final class BarChart {

  private static final int LEFT = 210;
  private static final int WIDTH = 760;
  private static final int PLOT = 460;
  private static final int TOP = 52;
  private static final int BAR = 13;
  private static final int GAP = 9;

  private final String title;
  private final List<String> series;
  private final List<Bar> bars = new ArrayList<>();

  /** The values of one name, in the order of the series; NaN where there is none. */
  private record Bar(String name, List<Double> values) {}

  BarChart(String title, List<String> series) {
    this.title = title;
    this.series = series;
  }

  void add(String name, List<Double> values) {
    if (values.stream().anyMatch(value -> value > 0)) {
      bars.add(new Bar(name, values));
    }
  }

  boolean isEmpty() {
    return bars.isEmpty();
  }

  String draw() {
    double most = 1;
    double least = Double.MAX_VALUE;
    for (Bar bar : bars) {
      for (double value : bar.values) {
        if (value > 0) {
          most = Math.max(most, value);
          least = Math.min(least, value);
        }
      }
    }
    double bottom = Math.pow(10, Math.floor(Math.log10(least) - 0.1));
    double decades = Math.ceil(Math.log10(most / bottom));
    int step = series.size() * BAR + GAP;
    Svg svg = new Svg(WIDTH, TOP + bars.size() * step + 30, title);
    for (int i = 0; i < series.size(); i++) {
      svg.rectangle(LEFT + i * 150, 28, 10, 10, Svg.COLOURS[i]);
      svg.text(LEFT + 16 + i * 150, 38, "start", series.get(i));
    }
    int foot = TOP + bars.size() * step;
    for (int decade = 0; decade <= decades; decade++) {
      double x = LEFT + PLOT * decade / decades;
      svg.line(x, TOP - 4, x, foot, Svg.GREY, 0.3);
      svg.text(x, foot + 16, "middle", number(bottom * Math.pow(10, decade)));
    }
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double y = TOP + i * step;
      svg.text(LEFT - 8, y + series.size() * BAR / 2.0 + 4, "end", bar.name);
      for (int j = 0; j < bar.values.size(); j++) {
        double value = bar.values.get(j);
        if (value > 0) {
          double length = PLOT * Math.log10(value / bottom) / decades;
          svg.rectangle(LEFT, y + j * BAR, length, BAR - 2, Svg.COLOURS[j]);
          svg.text(LEFT + length + 5, y + j * BAR + 10, "start", number(value));
        }
      }
    }
    return svg.end();
  }

  private static String number(double value) {
    return value < 10
        ? String.format(Locale.ROOT, "%.3g", value).replaceFirst("\\.?0+$", "")
        : String.format(Locale.ROOT, "%,.0f", value);
  }
}
