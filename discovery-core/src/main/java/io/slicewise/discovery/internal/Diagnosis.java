package io.slicewise.discovery.internal;

import io.slicewise.discovery.health.Ejector;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Selection;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Candidates;
import io.slicewise.discovery.policy.Eligibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in words what is wrong with a Service, and why an address is picked or not. */
final class Diagnosis {

  private Diagnosis() {}

  /**
   * Returns the one line that matters most, or null if nothing is wrong.
   *
   * @param somebody whether there is an endpoint to pick
   */
  static @Nullable String problem(
      ServiceTarget target,
      Published said,
      Selection selection,
      Eligibility eligibility,
      boolean somebody) {
    if (said.problem() != null) {
      return said.problem();
    }
    if (said.state() == SyncState.PENDING) {
      return "no list has arrived yet";
    }
    return somebody ? null : noneEligible(target, said, selection, eligibility);
  }

  private static String noneEligible(
      ServiceTarget target, Published said, Selection selection, Eligibility eligibility) {
    String service = target.service() + " -n " + target.namespace();
    if (said.candidates().parts().isEmpty()) {
      return String.format(
          "no EndpointSlice names the Service %s: there is no such Service in this namespace, or it"
              + " is of type ExternalName, or it has no selector (kubectl get service %s)",
          target.serviceId(), service);
    }
    if (selection.endpoints().isEmpty()) {
      return String.format(
          "the Service %s exists and its selector matches no pod (kubectl get service %s -o"
              + " jsonpath='{.spec.selector}')",
          target.serviceId(), service);
    }
    if (said.port().problem() != null) {
      return said.port().problem();
    }
    Map<OutReason, Integer> counts = new HashMap<>();
    for (int i = 0; i < selection.endpoints().size(); i++) {
      OutReason out = selection.out(i);
      if (out != null) {
        counts.merge(out, 1, Integer::sum);
      }
    }
    int all = selection.endpoints().size();
    int notReady =
        counts.getOrDefault(OutReason.NOT_READY, 0) + counts.getOrDefault(OutReason.TERMINATING, 0);
    if (notReady == all) {
      return String.format(
          "no endpoint is ready, of %d (kubectl get endpointslices -l %s=%s)",
          all, EndpointSlice.SERVICE_NAME_LABEL, service);
    }
    if (counts.getOrDefault(OutReason.OTHER_POD, 0) + notReady == all) {
      return "no ready pod has the host name "
          + eligibility.pod()
          + "; there are "
          + hostNames(selection.endpoints());
    }
    if (counts.containsKey(OutReason.OTHER_NODE) && notReady > 0) {
      return "no endpoint on the own node is ready, and the policy allows no other node"
          + " (sameNodeStrict)";
    }
    if (counts.containsKey(OutReason.OTHER_NODE)) {
      return "no endpoint is on the own node, and the policy allows no other (sameNodeStrict); if the"
          + " own node is not known, set NODE_NAME by the downward API (spec.nodeName)";
    }
    return "no endpoint is left: "
        + counts.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
  }

  private static String hostNames(List<Endpoint> endpoints) {
    TreeSet<String> names = new TreeSet<>();
    for (Endpoint endpoint : endpoints) {
      String name = endpoint.hostname();
      if (name != null) {
        names.add(name);
      }
    }
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  /** Returns the verdict on every address that any slice lists. */
  static Explanation explain(ServiceView view, Published said, Ejector ejector) {
    Map<Endpoint, Integer> chosen = new HashMap<>();
    for (int i = 0; i < view.endpoints().size(); i++) {
      chosen.put(view.endpoints().get(i), i);
    }
    List<Explanation.Address> addresses = new ArrayList<>();
    for (Candidates.Part part : said.candidates().parts()) {
      EndpointSlice slice = part.slice();
      Set<Endpoint> counting = new HashSet<>(part.endpoints());
      for (SliceEndpoint source : slice.endpoints()) {
        Endpoint here = Endpoint.of(source, slice.addressType(), said.port().in(slice));
        // The first entry counts; the same again is a duplicate of it.
        Integer index = counting.remove(here) ? chosen.get(here) : null;
        if (index == null) {
          String detail = "another entry for " + here.authority() + " counts";
          addresses.add(
              new Explanation.Address(slice.name(), here, 0, OutReason.DUPLICATE, detail));
        } else {
          OutReason out = view.selection().out(index);
          addresses.add(
              new Explanation.Address(
                  slice.name(),
                  view.endpoints().get(index),
                  view.selection().share(index),
                  out,
                  out == null || out == OutReason.EJECTED
                      ? health(view, view.endpoints().get(index), ejector)
                      : detail(out, slice, said)));
        }
      }
    }
    List<String> problems = new ArrayList<>();
    if (view.problem() != null) {
      problems.add(view.problem());
    }
    return new Explanation(view, addresses, problems);
  }

  /** Says what this client has learned of an endpoint by itself. */
  private static String health(ServiceView view, Endpoint endpoint, Ejector ejector) {
    double youth = view.selection() instanceof RoutedSelection routed ? routed.youth(endpoint) : 1;
    List<String> words = new ArrayList<>();
    if (youth < 1) {
      words.add(String.format(Locale.ROOT, "new: %.0f %% of its share", 100 * youth));
    }
    Duration remaining = ejector.remaining(endpoint);
    if (remaining != null) {
      words.add(
          remaining.isZero()
              ? "failed; being tried"
              : String.format(
                  Locale.ROOT,
                  "failed (%d times in a row); out for %d s",
                  ejector.ejections(endpoint),
                  remaining.toSeconds() + 1));
    }
    return String.join(", ", words);
  }

  private static String detail(@Nullable OutReason out, EndpointSlice slice, Published said) {
    boolean onlyHere = out == OutReason.NO_SUCH_PORT && said.port().found();
    return onlyHere ? "the slice " + slice.name() + " does not have this port" : "";
  }
}
