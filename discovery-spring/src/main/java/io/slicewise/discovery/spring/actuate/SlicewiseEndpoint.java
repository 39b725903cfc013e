package io.slicewise.discovery.spring.actuate;

import static java.util.Comparator.comparing;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.ServiceWatches;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Actuator endpoint {@code slicewise}: what discovery knows, and why each address of a Service is
 * called or not. It only looks: asking for a Service does not begin to follow it. Thread safe,
 * never blocks.
 */
@Endpoint(id = "slicewise", defaultAccess = Access.READ_ONLY)
public class SlicewiseEndpoint {

  private final ServiceDiscovery discovery;
  private final ServiceWatches watches;
  private final StreamLog streams;
  private final InstantSource clock;

  SlicewiseEndpoint(
      ServiceDiscovery discovery, ServiceWatches watches, StreamLog streams, InstantSource clock) {
    this.discovery = discovery;
    this.watches = watches;
    this.streams = streams;
    this.clock = clock;
  }

  /**
   * All that is followed, without addresses.
   *
   * @param t when this was written, in milliseconds since 1970
   * @param defaultNamespace the namespace of Services that are named without one
   * @param watches all watches, by target
   * @param streams how the API server is followed, by namespace
   */
  public record Overview(
      long t, String defaultNamespace, List<WatchReport> watches, List<StreamReport> streams)
      implements OperationResponseBody {}

  /**
   * One Service.
   *
   * @param t when this was written, in milliseconds since 1970
   * @param watches all watches of it: clients with a policy of their own, gRPC's say, have one each
   */
  public record Verdicts(long t, List<WatchReport> watches) implements OperationResponseBody {}

  /** Returns all Services that are followed. */
  @ReadOperation
  public Overview overview() {
    Instant now = clock.instant();
    Map<ServiceTarget, List<String>> ids = ids();
    List<WatchReport> reports = new ArrayList<>();
    for (ServiceView view : discovery.views()) {
      reports.add(WatchReport.brief(view, ids.getOrDefault(view.target(), List.of()), now));
    }
    reports.sort(comparing(WatchReport::target).thenComparing(each -> each.routing().policy()));
    return new Overview(
        now.toEpochMilli(), discovery.defaultNamespace(), reports, streams.reports());
  }

  /**
   * Returns the verdict on every address of a Service, or null if it is not followed.
   *
   * @param name the name by which the application calls it, or a target in any of its spellings
   */
  @ReadOperation
  public @Nullable Verdicts verdicts(
      @Selector(match = Selector.Match.ALL_REMAINING) String... name) {
    Predicate<ServiceTarget> wanted = wanted(String.join("/", name));
    Map<ServiceTarget, List<String>> ids = ids();
    Instant now = clock.instant();
    List<WatchReport> reports = new ArrayList<>();
    for (Explanation explanation : discovery.explain()) {
      ServiceTarget target = explanation.view().target();
      if (wanted.test(target)) {
        reports.add(WatchReport.full(explanation, ids.getOrDefault(target, List.of()), now));
      }
    }
    reports.sort(comparing(WatchReport::target).thenComparing(each -> each.routing().policy()));
    return reports.isEmpty() ? null : new Verdicts(now.toEpochMilli(), reports);
  }

  private Predicate<ServiceTarget> wanted(String name) {
    for (FollowedService followed : watches.all()) {
      if (followed.service().id().equals(name)) {
        ServiceTarget target = followed.watch().target();
        return other -> other.serviceId().equals(target.serviceId());
      }
    }
    try {
      ServiceTarget target =
          ServiceTarget.parse(name.toLowerCase(Locale.ROOT))
              .inNamespace(discovery.defaultNamespace());
      return other ->
          other.serviceId().equals(target.serviceId())
              && (target.port() == null || target.port().equals(other.port()))
              && (target.pod() == null || target.pod().equals(other.pod()));
    } catch (IllegalArgumentException e) {
      return other -> false; // it can be nobody's name
    }
  }

  private Map<ServiceTarget, List<String>> ids() {
    Map<ServiceTarget, List<String>> ids = new HashMap<>();
    for (FollowedService followed : watches.all()) {
      ids.computeIfAbsent(followed.watch().target(), target -> new ArrayList<>())
          .add(followed.service().id());
    }
    ids.values().forEach(Collections::sort);
    return ids;
  }
}
