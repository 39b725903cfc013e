package io.slicewise.discovery.model;

/** What is ignored because too few endpoints are left. */
public enum Panic {
  /** Nothing: enough are left. */
  NONE,
  /** Zones: calls go to all usable endpoints alike. */
  IGNORE_ZONES,
  /** Zones, and that an endpoint has failed. */
  IGNORE_EJECTIONS
}
