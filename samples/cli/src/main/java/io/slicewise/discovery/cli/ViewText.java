package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Views and explanations as tables for people. Endpoints of the own zone are marked with a star.
 *
 * @param zone the own zone, or null where it is unknown
 */
record ViewText(@Nullable String zone) {

  private static final String NONE = "-";

  /** Returns a view as it is at a moment. */
  List<String> view(ServiceView view, Instant now) {
    List<String> lines = new ArrayList<>(header(view, now));
    TextTable table =
        new TextTable("ADDRESS", "PORT", "ZONE", "NODE", "POD", "CONDITIONS", "SHARE", "VERDICT");
    for (int i = 0; i < view.endpoints().size(); i++) {
      Endpoint endpoint = view.endpoints().get(i);
      OutReason out = view.selection().out(i);
      table.row(
          endpoint.address(),
          port(endpoint),
          zone(endpoint),
          orNone(endpoint.node()),
          orNone(endpoint.pod()),
          conditions(endpoint.conditions()),
          share(view.selection().share(i)),
          verdict(out));
    }
    if (!view.endpoints().isEmpty()) {
      lines.addAll(table.lines());
    }
    return lines;
  }

  /** Returns an explanation as it is at a moment. */
  List<String> explanation(Explanation explanation, Instant now) {
    List<String> lines = new ArrayList<>(header(explanation.view(), now));
    TextTable table =
        new TextTable(
            "SLICE",
            "ADDRESS",
            "PORT",
            "ZONE",
            "NODE",
            "POD",
            "CONDITIONS",
            "SHARE",
            "VERDICT",
            "DETAIL");
    for (Explanation.Address address : explanation.addresses()) {
      Endpoint endpoint = address.endpoint();
      table.row(
          address.slice(),
          endpoint.address(),
          port(endpoint),
          zone(endpoint),
          orNone(endpoint.node()),
          orNone(endpoint.pod()),
          conditions(endpoint.conditions()),
          share(address.share()),
          verdict(address.out()),
          address.detail());
    }
    if (!explanation.addresses().isEmpty()) {
      lines.addAll(table.lines());
    }
    return lines;
  }

  private static List<String> header(ServiceView view, Instant now) {
    int in = view.eligible().size();
    String state = view.state().name();
    Instant since = view.staleSince();
    if (since != null) {
      state += " for " + Math.max(0, Duration.between(since, now).toSeconds()) + " s";
    }
    String head =
        String.format(
            "%s  %s  revision %d  resourceVersion %s  %d in, %d out",
            view.target(),
            state,
            view.revision(),
            view.resourceVersion().isEmpty() ? NONE : view.resourceVersion(),
            in,
            view.endpoints().size() - in);
    String problem = view.problem();
    return problem == null ? List.of(head) : List.of(head, "problem: " + problem);
  }

  private static String port(Endpoint endpoint) {
    return endpoint.port() == 0 ? NONE : Integer.toString(endpoint.port());
  }

  private String zone(Endpoint endpoint) {
    String itsZone = endpoint.zone();
    return itsZone != null && itsZone.equals(zone) ? itsZone + " *" : orNone(itsZone);
  }

  private static String conditions(Conditions conditions) {
    List<String> holding = new ArrayList<>(3);
    if (conditions.ready()) {
      holding.add("ready");
    }
    if (conditions.serving()) {
      holding.add("serving");
    }
    if (conditions.terminating()) {
      holding.add("terminating");
    }
    return holding.isEmpty() ? "not ready" : String.join(" ", holding);
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static String verdict(@Nullable OutReason out) {
    return out == null ? "IN" : "OUT " + out;
  }

  private static String orNone(@Nullable String text) {
    return text == null ? NONE : text;
  }
}
