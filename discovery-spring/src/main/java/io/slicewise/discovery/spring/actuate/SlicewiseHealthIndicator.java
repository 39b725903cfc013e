package io.slicewise.discovery.spring.actuate;

import static java.util.Comparator.comparing;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Says how far what is known of the Services can be trusted. It is always UP: an application that
 * serves from its last view is well, and to restart it, or to take it out of its Service, would
 * only cost it that view.
 */
final class SlicewiseHealthIndicator extends AbstractHealthIndicator {

  private static final int MOST = 100;

  private final ServiceDiscovery discovery;
  private final InstantSource clock;

  SlicewiseHealthIndicator(ServiceDiscovery discovery, InstantSource clock) {
    super("the views could not be read");
    this.discovery = discovery;
    this.clock = clock;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    Instant now = clock.instant();
    List<ServiceView> views =
        discovery.views().stream().sorted(comparing(view -> view.target().toString())).toList();
    builder.up().withDetail("state", state(views));
    long oldest = 0;
    Map<String, Map<String, Object>> services = new LinkedHashMap<>();
    for (ServiceView view : views) {
      oldest = Math.max(oldest, staleMillis(view, now));
      if (services.size() < MOST) {
        services.putIfAbsent(view.target().toString(), details(view, now));
      }
    }
    if (oldest > 0) {
      builder.withDetail("staleMillis", oldest);
    }
    builder.withDetail("followed", views.size()).withDetail("services", services);
  }

  private static String state(List<ServiceView> views) {
    if (views.isEmpty()) {
      return "nothing followed";
    }
    for (SyncState state :
        List.of(SyncState.STALE, SyncState.RESTORED, SyncState.FALLBACK, SyncState.PENDING)) {
      if (views.stream().anyMatch(view -> view.state() == state)) {
        return state.name();
      }
    }
    return SyncState.SYNCED.name();
  }

  private static long staleMillis(ServiceView view, Instant now) {
    Instant since = view.staleSince();
    return since == null ? 0 : Duration.between(since, now).toMillis();
  }

  private static Map<String, Object> details(ServiceView view, Instant now) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("state", view.state().name());
    if (view.staleSince() != null) {
      details.put("staleMillis", staleMillis(view, now));
    }
    details.put("counts", EndpointCounts.of(view));
    if (view.problem() != null) {
      details.put("problem", view.problem());
    }
    return details;
  }
}
