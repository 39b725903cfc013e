package io.slicewise.discovery.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A block of lines at the bottom of a terminal that is redrawn in place, and notes that scroll by
 * above it. Thread safe: log lines come from any thread.
 *
 * <p>Long lines are folded here, and the block ends above the last row: a terminal that wraps or
 * scrolls by itself moves what is to be overwritten.
 */
final class Screen {

  private static final String CLEAR_TO_END = "\u001b[J";

  private final PrintWriter out;
  private final PrintWriter err;
  private final Supplier<Terminal.Size> size;
  private List<String> block = List.of(); // guarded by this, as are the writers
  private int drawn;

  /**
   * Creates a screen.
   *
   * @param out takes the block
   * @param err takes the notes; the same terminal, or something else
   * @param size how much fits
   */
  Screen(PrintWriter out, PrintWriter err, Supplier<Terminal.Size> size) {
    this.out = out;
    this.err = err;
    this.size = size;
  }

  /** Replaces the block. */
  synchronized void show(List<String> lines) {
    block = List.copyOf(lines);
    erase();
    draw();
  }

  /** Writes a line that stays above the block. */
  synchronized void note(String text) {
    erase();
    out.flush();
    err.println(text);
    err.flush();
    draw();
  }

  /** Whether nobody looks any more. */
  synchronized boolean isGone() {
    return out.checkError();
  }

  private void erase() {
    if (drawn > 0) {
      out.print("\u001b[" + drawn + "A\r" + CLEAR_TO_END);
    }
  }

  private void draw() {
    Terminal.Size now = size.get();
    List<String> rows = new ArrayList<>();
    block.forEach(line -> fold(line, now.columns(), rows));
    int most = Math.max(2, now.rows() - 1);
    if (rows.size() > most) {
      String rest = "... " + (rows.size() - most + 1) + " more";
      rows.subList(most - 1, rows.size()).clear();
      fold(rest, now.columns(), rows);
    }
    rows.forEach(out::println);
    drawn = rows.size();
    out.flush();
  }

  private static void fold(String line, int columns, List<String> rows) {
    int from = 0;
    do {
      int to = Math.min(line.length(), from + columns);
      rows.add(line.substring(from, to));
      from = to;
    } while (from < line.length());
  }
}
