package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.samples.http.Tally.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A table of what happened since the row before, a row at a time. A zone that has never answered
 * before is a new column, under new titles. For one thread.
 */
final class Board {

  private final Tally tally;
  private final Supplier<@Nullable String> ownZone;
  private final TreeSet<String> zones = new TreeSet<>();
  private Counts before = Counts.NONE;
  private List<String> titles = List.of();

  /**
   * Creates a table.
   *
   * @param ownZone the zone of the caller, null while it is not known; its column has a star
   * @param zones those that are known already
   */
  Board(Tally tally, Supplier<@Nullable String> ownZone, Collection<String> zones) {
    this.tally = tally;
    this.ownZone = ownZone;
    this.zones.addAll(zones);
  }

  /**
   * Returns the next row, after the titles of its columns where they have changed.
   *
   * @param note what else there is to say
   */
  List<String> next(Duration now, String note) {
    Counts all = tally.counts();
    Counts since = all.since(before);
    before = all;
    zones.addAll(all.zones().keySet());
    List<String> lines = new ArrayList<>();
    List<String> columns = columns();
    if (!columns.equals(titles)) {
      titles = columns;
      lines.add("");
      lines.add(titleLine());
    }
    StringBuilder row =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%4d s %7d %7d",
                Math.round(now.toNanos() / 1e9),
                since.calls(),
                since.errors()));
    int column = 0;
    for (String zone : zones) {
      String share = String.format(Locale.ROOT, "%.1f%%", since.share(zone));
      row.append("  ").append(padded(share, columns.get(column++).length()));
    }
    row.append("   " + note);
    lines.add(row.toString().stripTrailing());
    return lines;
  }

  private List<String> columns() {
    String own = ownZone.get();
    return zones.stream()
        .map(zone -> zone.equals(own) ? zone + "*" : zone)
        .map(zone -> zone.length() < 6 ? padded(zone, 6) : zone)
        .toList();
  }

  private String titleLine() {
    return String.format("%6s %7s %7s", "TIME", "CALLS", "ERRORS")
        + "  "
        + String.join("  ", titles);
  }

  private static String padded(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  /** Returns the line that ends every run. */
  String result() {
    Counts all = tally.counts();
    String own = ownZone.get();
    StringBuilder result =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "RESULT calls=%d errors=%d own_zone=%s pods=%d",
                all.calls(),
                all.errors(),
                own == null ? "unknown" : String.format(Locale.ROOT, "%.1f%%", all.share(own)),
                tally.pods().size()));
    tally.libraries().forEach((name, n) -> result.append(' ').append(name).append('=').append(n));
    return result.toString();
  }
}
