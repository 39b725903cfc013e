package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.OwnPlace;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the zones that somebody names and no endpoint has: a typing error there would silently cost
 * all that zones are good for. Each is logged once. Confined to the writer.
 */
final class ZoneNames {

  private static final Logger LOGGER = System.getLogger(ZoneNames.class.getName());

  private final String target;
  private final Set<String> reported = new HashSet<>();

  ZoneNames(String target) {
    this.target = target;
  }

  /** Returns what is wrong, a line each. */
  List<String> check(List<Endpoint> endpoints, OwnPlace own, Callers callers) {
    Set<String> named = new TreeSet<>();
    for (Map.Entry<String, Double> share : callers.shares().entrySet()) {
      if (share.getValue() > 0) {
        named.add(share.getKey());
      }
    }
    if (own.zone() != null) {
      named.add(own.zone());
    }
    if (named.isEmpty() || endpoints.isEmpty()) {
      return List.of();
    }
    TreeSet<String> existing = new TreeSet<>();
    for (Endpoint endpoint : endpoints) {
      String zone = endpoint.zone();
      if (zone != null) {
        existing.add(zone);
      }
    }
    named.removeAll(existing);
    List<String> notes = new ArrayList<>();
    for (String zone : named) {
      String which = zone.equals(own.zone()) ? "own zone " : "zone of callers ";
      String note =
          String.format(
              "%s%s (%s): no endpoint of %s is in it; there is %s",
              which,
              zone,
              zone.equals(own.zone()) ? own.source() : callers.source(),
              target,
              existing.isEmpty() ? "no zone at all" : String.join(", ", existing));
      notes.add(note);
      if (reported.size() < 100 && reported.add(zone)) {
        LOGGER.log(Level.WARNING, note);
      }
    }
    return notes;
  }
}
