package io.slicewise.discovery.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a target looks like at one moment: every endpoint, which of them may be picked, and how far
 * that can be trusted. Immutable.
 *
 * @param target the target, its namespace filled in
 * @param state how far the view can be trusted
 * @param revision grows by one with every change of the content; a change of the state or of shares
 *     alone keeps it
 * @param resourceVersion the version of the cluster's data that the view shows, empty while {@link
 *     SyncState#PENDING}; opaque
 * @param selection the endpoints and the verdict on each
 * @param port the port that the target means, as the first slice that has it lists it, or null
 *     where no slice does; slices may give one name different numbers, {@link Endpoint#port()} is
 *     exact
 * @param routing how the calls spread over zones
 * @param staleSince when the API server was last followed, while {@link SyncState#STALE} or {@link
 *     SyncState#RESTORED}, else null
 * @param propagation how long the last change with a known origin took from the pod or Service to
 *     this process, by the two machines' clocks, or null where none is known
 * @param problem one line that says what is wrong and what to do, or null where nothing is
 */
public record ServiceView(
    ServiceTarget target,
    SyncState state,
    long revision,
    String resourceVersion,
    Selection selection,
    @Nullable SlicePort port,
    Routing routing,
    @Nullable Instant staleSince,
    @Nullable Duration propagation,
    @Nullable String problem) {

  /** Returns the view before anything is known. */
  public static ServiceView pending(ServiceTarget target) {
    return new ServiceView(
        target,
        SyncState.PENDING,
        0,
        "",
        Selection.EMPTY,
        null,
        Routing.NONE,
        null,
        null,
        "no list has arrived yet");
  }

  /** All endpoints, in or out, each address and port once. */
  public List<Endpoint> endpoints() {
    return selection.endpoints();
  }

  /** The endpoints that may be picked. */
  public List<Endpoint> eligible() {
    return selection.eligible();
  }

  /** Returns the same view in the state CLOSED. */
  public ServiceView closed() {
    return new ServiceView(
        target,
        SyncState.CLOSED,
        revision,
        resourceVersion,
        selection,
        port,
        routing,
        null,
        propagation,
        "discovery was closed");
  }

  /**
   * Returns target, state and counts in one line: {@code checkout.shop:grpc (SYNCED, revision 42: 0
   * ready, 2 serving-terminating, 1 not ready)}.
   */
  public String summary() {
    int ready = 0;
    int servingTerminating = 0;
    int notReady = 0;
    for (Endpoint endpoint : endpoints()) {
      switch (endpoint.conditions().tier()) {
        case 1 -> ready++;
        case 2 -> servingTerminating++;
        default -> notReady++;
      }
    }
    return String.format(
        "%s (%s, revision %d: %d ready, %d serving-terminating, %d not ready)",
        target, state, revision, ready, servingTerminating, notReady);
  }

  /** Returns {@link #summary()}; a view may hold thousands of endpoints. */
  @Override
  public String toString() {
    return summary();
  }
}
