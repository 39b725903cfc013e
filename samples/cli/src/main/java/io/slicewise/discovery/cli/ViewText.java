package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Views and explanations as tables for people. What is in the own zone is marked with a star. */
final class ViewText {

  private static final String NONE = "-";

  private ViewText() {}

  /** Returns a view as it is at a moment. */
  static List<String> view(ServiceView view, Instant now) {
    List<String> lines = new ArrayList<>(header(view, now));
    TextTable table =
        new TextTable("ADDRESS", "PORT", "ZONE", "NODE", "POD", "CONDITIONS", "SHARE", "VERDICT");
    for (int i = 0; i < view.endpoints().size(); i++) {
      Endpoint endpoint = view.endpoints().get(i);
      OutReason out = view.selection().out(i);
      table.row(
          endpoint.address(),
          port(endpoint),
          zone(endpoint, view),
          orNone(endpoint.node()),
          orNone(endpoint.pod()),
          conditions(endpoint.conditions()),
          RoutingText.percent(view.selection().share(i)),
          verdict(out));
    }
    if (!view.endpoints().isEmpty()) {
      lines.add("");
      lines.addAll(table.lines());
    }
    return lines;
  }

  /** Returns an explanation as it is at a moment. */
  static List<String> explanation(Explanation explanation, Instant now) {
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
          zone(endpoint, explanation.view()),
          orNone(endpoint.node()),
          orNone(endpoint.pod()),
          conditions(endpoint.conditions()),
          RoutingText.percent(address.share()),
          verdict(address.out()),
          address.detail());
    }
    if (!explanation.addresses().isEmpty()) {
      lines.add("");
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
    List<String> lines = new ArrayList<>();
    lines.add(head);
    if (view.problem() != null) {
      lines.add("problem: " + view.problem());
    }
    if (view.state() != SyncState.PENDING) {
      lines.addAll(RoutingText.block(view.routing()));
    }
    return lines;
  }

  private static String port(Endpoint endpoint) {
    return endpoint.port() == 0 ? NONE : Integer.toString(endpoint.port());
  }

  private static String zone(Endpoint endpoint, ServiceView view) {
    String zone = endpoint.zone();
    return zone != null && zone.equals(view.routing().zone()) ? zone + " *" : orNone(zone);
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

  private static String verdict(@Nullable OutReason out) {
    return out == null ? "IN" : "OUT " + out;
  }

  private static String orNone(@Nullable String text) {
    return text == null ? NONE : text;
  }
}
