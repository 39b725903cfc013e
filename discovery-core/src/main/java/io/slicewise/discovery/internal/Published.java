package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Candidates;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ServicePipeline} says of its Service at one moment, before each lease makes its own
 * view of it. Immutable.
 *
 * @param candidates the endpoints
 * @param port the port that the target means
 * @param state how far it can be trusted
 * @param resourceVersion the version of the data, empty before the first list
 * @param staleSince when the server was last followed, if the state is STALE or RESTORED
 * @param overdue whether that is longer ago than the application allows; then there are no
 *     candidates
 * @param propagation how long the last change took to get here, if known
 * @param problem what is wrong with following the server, or null
 */
record Published(
    Candidates candidates,
    PortChoice port,
    SyncState state,
    String resourceVersion,
    @Nullable Instant staleSince,
    boolean overdue,
    @Nullable Duration propagation,
    @Nullable String problem) {

  /** Whether anything is known that calls may go by. */
  boolean isUsable() {
    return state != SyncState.PENDING && !overdue;
  }

  /** Returns the same with another word on what is wrong. */
  Published withProblem(String other) {
    return new Published(
        candidates, port, state, resourceVersion, staleSince, overdue, propagation, other);
  }

  /** Returns the port as the first slice that has it lists it, or null if none does. */
  @Nullable SlicePort listedPort() {
    for (Candidates.Part part : candidates.parts()) {
      SlicePort listed = port.listed(part.slice());
      if (listed != null) {
        return listed;
      }
    }
    return null;
  }
}
