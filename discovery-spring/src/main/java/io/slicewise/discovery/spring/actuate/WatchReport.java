package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One watch of a Service, in the words of the command line's JSON, and what only the application
 * knows of it.
 *
 * @param t when this was written, in milliseconds since 1970
 * @param service {@code namespace/name}
 * @param state {@code PENDING}, {@code SYNCED} or {@code STALE}
 * @param revision grows with every change of content
 * @param resourceVersion the version of the cluster's data, opaque
 * @param target what is watched: {@code service.namespace:port}
 * @param ids the names by which the application's clients know that target
 * @param staleSince since when the API server has not been followed, in milliseconds since 1970,
 *     while the state is {@code STALE}, else null
 * @param staleMillis for how long that has been, or null
 * @param propagationMillis how long the last change took to get here, or null where none is known
 * @param counts how many endpoints there are in each condition
 * @param addresses the verdict on every address of every slice, or null where it was not asked for
 * @param problems what is wrong and what to do about it, a line each
 * @param routing how this application's calls spread over zones
 */
public record WatchReport(
    long t,
    String service,
    String state,
    long revision,
    String resourceVersion,
    String target,
    List<String> ids,
    @Nullable Long staleSince,
    @Nullable Long staleMillis,
    @Nullable Long propagationMillis,
    EndpointCounts counts,
    @Nullable List<AddressReport> addresses,
    List<String> problems,
    RoutingReport routing) {

  /** Returns the report without addresses, of which there may be thousands. */
  static WatchReport brief(ServiceView view, List<String> ids, Instant now) {
    return of(view, ids, null, view.problem() == null ? List.of() : List.of(view.problem()), now);
  }

  /** Returns the report with all addresses. */
  static WatchReport full(Explanation explanation, List<String> ids, Instant now) {
    return of(
        explanation.view(),
        ids,
        explanation.addresses().stream().map(AddressReport::of).toList(),
        explanation.problems(),
        now);
  }

  private static WatchReport of(
      ServiceView view,
      List<String> ids,
      @Nullable List<AddressReport> addresses,
      List<String> problems,
      Instant now) {
    Instant since = view.staleSince();
    Duration propagation = view.propagation();
    return new WatchReport(
        now.toEpochMilli(),
        view.target().serviceId().toString(),
        view.state().name(),
        view.revision(),
        view.resourceVersion(),
        view.target().toString(),
        ids,
        since == null ? null : since.toEpochMilli(),
        since == null ? null : Duration.between(since, now).toMillis(),
        propagation == null ? null : propagation.toMillis(),
        EndpointCounts.of(view),
        addresses,
        problems,
        RoutingReport.of(view.routing()));
  }
}
