package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ZoneShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** How calls spread over zones, for people. */
final class RoutingText {

  private static final String NONE = "-";

  private RoutingText() {}

  /** Returns the policy, what it went by, and a table of the zones. */
  static List<String> block(Routing routing) {
    List<String> lines = new ArrayList<>();
    String source = routing.zoneSource();
    lines.add("policy  " + routing.policy() + ", scope " + routing.scope());
    lines.add(
        "zone    " + (routing.zone() == null ? source : routing.zone() + " (" + source + ")"));
    lines.add("basis   " + routing.basis());
    String health = health(routing);
    if (!health.isEmpty()) {
      lines.add("health  " + health);
    }
    routing.notes().forEach(note -> lines.add("note    " + note));
    if (!routing.zones().isEmpty()) {
      lines.addAll(zones(routing));
    }
    return lines;
  }

  private static String health(Routing routing) {
    List<String> words = new ArrayList<>();
    if (routing.panic() != Panic.NONE) {
      words.add("panic: " + routing.panic());
    }
    if (routing.ejected() > 0) {
      words.add(routing.ejected() + " ejected");
    }
    if (routing.starting() > 0) {
      words.add(routing.starting() + " starting");
    }
    return String.join(", ", words);
  }

  private static List<String> zones(Routing routing) {
    TextTable table = new TextTable("ZONE", "ENDPOINTS", "CAPACITY", "CALLERS", "SHARE");
    for (ZoneShare zone : routing.zones()) {
      String name = name(zone.zone());
      table.row(
          zone.zone().equals(routing.zone()) ? name + " *" : name,
          Integer.toString(zone.endpoints()),
          percent(zone.capacity()),
          Double.isNaN(zone.callers()) ? NONE : percent(zone.callers()),
          percent(zone.share()));
    }
    return table.lines();
  }

  /**
   * Returns in one line what is different from before, as far as a person can see it; empty where
   * that is nothing.
   */
  static String changes(Routing before, Routing now) {
    List<String> changes = new ArrayList<>();
    List<String> moves = moves(before, now);
    if (!moves.isEmpty()) {
      changes.add("shares: " + String.join(", ", moves));
    }
    if (!now.basis().equals(before.basis())) {
      changes.add("basis: " + now.basis());
    }
    if (!health(now).equals(health(before))) {
      changes.add(health(now).isEmpty() ? "none ejected, none starting" : health(now));
    }
    now.notes().stream()
        .filter(note -> !before.notes().contains(note))
        .forEach(note -> changes.add("note: " + note));
    return String.join("; ", changes);
  }

  private static List<String> moves(Routing before, Routing now) {
    TreeSet<String> zones = new TreeSet<>();
    before.zones().forEach(zone -> zones.add(zone.zone()));
    now.zones().forEach(zone -> zones.add(zone.zone()));
    List<String> moves = new ArrayList<>();
    for (String zone : zones) {
      String from = percent(before.share(zone));
      String to = percent(now.share(zone));
      if (!from.equals(to)) {
        moves.add(name(zone) + " " + from + " -> " + to);
      }
    }
    return moves;
  }

  private static String name(String zone) {
    return zone.isEmpty() ? NONE : zone;
  }

  /** Returns a part of 1 as a percentage. */
  static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * part);
  }
}
