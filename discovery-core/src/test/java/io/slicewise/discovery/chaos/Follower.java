package io.slicewise.discovery.chaos;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.kubernetes.ApiServerSource;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A discovery with its watches, opened and closed on the thread of the run. */
final class Follower {

  private final String name;
  private final HastyScheduler scheduler;
  private final ServiceDiscovery discovery;
  private final Map<Target, Followed> followed = new ConcurrentHashMap<>();

  /**
   * Creates one that follows every target that does not come and go.
   *
   * @param tampering what stands between the API server and the discovery
   */
  Follower(
      ClusterConfig cluster,
      boolean wholeNamespace,
      int haste,
      Signal signal,
      UnaryOperator<SliceSource> tampering) {
    name = wholeNamespace ? "whole namespace" : "selected";
    scheduler = new HastyScheduler(haste);
    ServiceDiscoveryBuilder builder =
        ServiceDiscovery.builder()
            .namespace("shop")
            .wholeNamespace(wholeNamespace)
            .ownPod(OwnPod.UNKNOWN)
            .findCallers(false)
            .linger(Duration.ofMillis(200))
            .staleAfter(Duration.ZERO) // so that SYNCED says that the server is followed
            .connectJitter(Duration.ofMillis(20))
            .scheduler(scheduler)
            .observer(signal);
    SliceSource source = tampering.apply(ApiServerSource.create(cluster));
    discovery = builder.source(source).build();
    for (Target target : Target.ALL) {
      if (!target.fleeting()) {
        open(target);
      }
    }
  }

  Collection<Followed> followed() {
    return followed.values();
  }

  void openFleeting() {
    Target.ALL.stream()
        .filter(target -> target.fleeting() && !followed.containsKey(target))
        .forEach(this::open);
  }

  private void open(Target target) {
    followed.put(
        target, new Followed(name, target, discovery.watch(target.parsed(), target.options())));
  }

  void closeFleeting() {
    for (Target target : Target.ALL) {
      Followed gone = target.fleeting() ? followed.remove(target) : null;
      if (gone != null) {
        gone.close();
      }
    }
  }

  /** Ends it; fails if that leaves a thread. */
  void close() throws InterruptedException {
    followed.clear();
    discovery.close();
    boolean ended = discovery.awaitClosed(Duration.ofSeconds(10));
    scheduler.shutdownNow();
    if (!ended) {
      throw new Divergence(Divergence.Kind.LEAK, name + ": not closed within 10 s");
    }
  }
}
