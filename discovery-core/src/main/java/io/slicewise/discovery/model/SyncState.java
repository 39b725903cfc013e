package io.slicewise.discovery.model;

/** How far a view can be trusted to show what the cluster says now. */
public enum SyncState {
  /** No complete list has arrived yet; there is nothing to pick from. */
  PENDING,
  /**
   * No complete list has arrived yet; the view shows what an earlier process knew, as of {@link
   * ServiceView#staleSince()}.
   */
  RESTORED,
  /** Nothing is known of the Service for now; calls go to its {@link FallbackAuthority}. */
  FALLBACK,
  /** The view follows the API server. */
  SYNCED,
  /** The API server cannot be followed at the moment; the view is the last one it gave. */
  STALE,
  /** Discovery has ended; picking from the view fails. */
  CLOSED;

  /** Whether the view shows a complete list that this process got from the API server. */
  public boolean isListed() {
    return this == SYNCED || this == STALE;
  }
}
