package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.OwnPlace;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process knows of itself: where it runs, and how its like spread over zones. Both may
 * become known, or change, while it runs; who asked is told. Thread safe.
 */
final class Self {

  private static final Logger LOGGER = System.getLogger(Self.class.getName());

  private final OwnPod pod;
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
  private volatile OwnPlace place;
  private volatile Callers callers = Callers.unknown("nobody has looked yet");

  Self(OwnPod pod) {
    this.pod = pod;
    this.place = new OwnPlace(pod.zone(), pod.node(), pod.zoneSource());
  }

  OwnPod pod() {
    return pod;
  }

  OwnPlace place() {
    return place;
  }

  Callers callers() {
    return callers;
  }

  /** Has changes told; a listener must be quick. */
  void addListener(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  void callers(Callers now) {
    // Part by part, as every start comes here: see SlicePort.
    boolean same = now.source().equals(callers.source()) && now.shares().equals(callers.shares());
    if (!same) {
      callers = now;
      listeners.forEach(Runnable::run);
    }
  }

  /** Sets the zone if it is not known yet. */
  void zone(String zone, String source) {
    synchronized (this) {
      if (place.zone() != null || zone.isBlank()) {
        return;
      }
      place = new OwnPlace(zone, place.node(), source);
    }
    LOGGER.log(Level.INFO, "own zone: " + zone + " (" + source + ")");
    listeners.forEach(Runnable::run);
  }

  /** Looks for the own pod, or the own node, among what slices list; quick once that is done. */
  void look(Collection<EndpointSlice> slices) {
    if (place.zone() != null || pod.node() == null && !pod.isRecognizable()) {
      return;
    }
    for (EndpointSlice slice : slices) {
      for (SliceEndpoint endpoint : slice.endpoints()) {
        String zone = endpoint.zone();
        if (zone == null || zone.isBlank()) {
          continue;
        }
        if (pod.isRecognizable() && pod.is(endpoint, slice.namespace())) {
          zone(zone, "own pod in slice " + slice.namespace() + "/" + slice.name());
          return;
        }
        if (pod.node() != null && pod.node().equals(endpoint.node())) {
          zone(zone, "own node " + pod.node() + " in slice " + slice.name());
          return;
        }
      }
    }
  }
}
