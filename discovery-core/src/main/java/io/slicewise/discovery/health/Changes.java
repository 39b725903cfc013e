package io.slicewise.discovery.health;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.policy.Screening;
import java.util.HashSet;
import java.util.Set;

/**
 * Whose readiness an update changed.
 *
 * @param entered those that are ready now and were not
 * @param paused those that were ready, are still listed and not terminating, and are not ready
 * @param waiting those that were not known before and are neither ready nor terminating
 * @param left those that are not listed any more, or are terminating
 */
public record Changes(
    Set<Endpoint> entered, Set<Endpoint> paused, Set<Endpoint> waiting, Set<Endpoint> left) {

  private static final int USUAL = 2; // an update is mostly about one endpoint

  /** Returns what a screening changed; the work is that of the changed slices. */
  public static Changes of(Screening screening) {
    Set<Endpoint> readyBefore = new HashSet<>(USUAL);
    Set<Endpoint> waitingBefore = new HashSet<>(USUAL);
    Set<Endpoint> ready = new HashSet<>(USUAL);
    Set<Endpoint> waiting = new HashSet<>(USUAL);
    screening.forEachChange(
        (endpoint, isReady) -> (isReady ? readyBefore : waitingBefore).add(endpoint),
        (endpoint, isReady) -> (isReady ? ready : waiting).add(endpoint));
    Set<Endpoint> left = new HashSet<>(USUAL);
    left.addAll(readyBefore);
    left.addAll(waitingBefore);
    left.removeAll(ready);
    left.removeAll(waiting);
    ready.removeAll(readyBefore);
    Set<Endpoint> paused = new HashSet<>(USUAL);
    paused.addAll(waiting);
    paused.retainAll(readyBefore);
    waiting.removeAll(readyBefore);
    waiting.removeAll(waitingBefore);
    return new Changes(ready, paused, waiting, left);
  }
}
