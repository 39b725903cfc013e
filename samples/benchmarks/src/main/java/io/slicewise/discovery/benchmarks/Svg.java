package io.slicewise.discovery.benchmarks;

import java.util.Locale;

/** Text of an SVG picture without a background, in colours that can be read on white and black. */
final class Svg {

  static final String GREY = "#7d8590";
  static final String BLUE = "#2f81f7";
  static final String[] COLOURS = {BLUE, "#d4802a", "#2da44e", "#e5534b", "#a371f7"};

  private final StringBuilder text = new StringBuilder();

  Svg(int width, int height, String title) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='Helvetica, Arial, sans-serif' font-size='12' fill='%s'>",
        width, height, width, height, GREY);
    add("<title>%s</title>", escape(title));
    add("<text x='8' y='18' font-weight='bold'>%s</text>", escape(title));
  }

  /** Writes text; {@code anchor} is start, middle or end. */
  void text(double x, double y, String anchor, String label) {
    add("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", x, y, anchor, escape(label));
  }

  void rectangle(double x, double y, double width, double height, String colour) {
    add(
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
        x, y, width, height, colour);
  }

  void line(double x1, double y1, double x2, double y2, String colour, double opacity) {
    add(
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-opacity='%.1f'/>",
        x1, y1, x2, y2, colour, opacity);
  }

  /** Writes a line through points, which are {@code x,y} pairs with spaces between. */
  void path(String points, String colour) {
    add("<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>", points, colour);
  }

  void dot(double x, double y, String colour) {
    add("<circle cx='%.1f' cy='%.1f' r='3.5' fill='%s'/>", x, y, colour);
  }

  String end() {
    add("</svg>");
    return text.toString();
  }

  private static String escape(String label) {
    return label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
