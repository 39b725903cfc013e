package io.slicewise.discovery.internal;

import io.slicewise.discovery.health.Ejector;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.util.Set;

/** Tells an observer who was ejected, and who was let in again, from one view to the next. */
final class EjectionNews {

  private EjectionNews() {}

  static void tell(
      ServiceView before, ServiceView now, Ejector ejector, DiscoveryObserver observer) {
    Set<Endpoint> then = ejected(before);
    Set<Endpoint> out = ejected(now);
    if (then.equals(out)) {
      return;
    }
    for (Endpoint endpoint : out) {
      if (!then.contains(endpoint)) {
        Duration length = ejector.remaining(endpoint);
        observer.onEjected(now.target(), endpoint, length == null ? Duration.ZERO : length);
      }
    }
    for (Endpoint endpoint : then) {
      if (!out.contains(endpoint)) {
        observer.onReadmitted(now.target(), endpoint);
      }
    }
  }

  private static Set<Endpoint> ejected(ServiceView view) {
    return view.selection() instanceof RoutedSelection routed ? routed.ejected() : Set.of();
  }
}
