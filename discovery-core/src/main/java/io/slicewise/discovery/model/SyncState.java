package io.slicewise.discovery.model;

/** How far a view can be trusted to show what the cluster says now. */
public enum SyncState {
  /** No complete list has arrived yet; there is nothing to pick from. */
  PENDING,
  /** The view follows the API server. */
  SYNCED,
  /** The API server cannot be followed at the moment; the view is the last one it gave. */
  STALE,
  /** Discovery has ended; picking from the view fails. */
  CLOSED
}
