package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ServiceTarget;
import java.util.List;

/** One instance of the application that calls: a pod in a zone, with a discovery of its own. */
final class Caller implements AutoCloseable {

  /** What is expected of the calls while a routing is in force. */
  private record Expected(Routing routing, Crossing crossing) {}

  private final String zone;
  private final Watches watches;
  private volatile Expected expected = new Expected(Routing.NONE, Crossing.NONE);

  /**
   * Creates a caller that knows nobody yet.
   *
   * @param zone where it runs
   * @param discovery is told that, and finds out about the others; closed with the caller
   */
  Caller(String zone, ServiceDiscovery discovery) {
    this.zone = zone;
    this.watches = new Watches(discovery);
  }

  String zone() {
    return zone;
  }

  /** Begins to look where the other callers are. */
  ServiceWatch lookAround(ServiceTarget service) {
    return watches.openCallers(service);
  }

  /** Begins to watch whom to call. */
  ServiceWatch watch(ServiceTarget target) {
    watches.open(List.of(target));
    return watch();
  }

  /** The watch of whom it calls. */
  ServiceWatch watch() {
    return watches.all().iterator().next();
  }

  /** Returns what part of the next calls is to leave the zone. */
  Crossing crossing() {
    Routing now = watch().view().routing();
    Expected known = expected;
    if (known.routing() != now) {
      known = new Expected(now, Crossing.of(zone, now.zones(), Front.SHARES));
      expected = known;
    }
    return known.crossing();
  }

  @Override
  public void close() {
    watches.close();
  }
}
