package io.slicewise.discovery.policy;

import org.jspecify.annotations.Nullable;

/**
 * Where the caller runs, as far as it is known.
 *
 * @param zone the zone ({@code topology.kubernetes.io/zone} of its node), or null
 * @param node the name of its node, or null
 * @param source how the zone was found, or why it is not known, for people
 */
public record OwnPlace(@Nullable String zone, @Nullable String node, String source) {

  /** Nothing is known. */
  public static final OwnPlace UNKNOWN = new OwnPlace(null, null, "unknown");

  /** Empty names, as a missing label gives them through the downward API, mean unknown. */
  public OwnPlace {
    zone = zone == null || zone.isBlank() ? null : zone;
    node = node == null || node.isBlank() ? null : node;
  }

  /** Returns a place in a zone, by configuration. */
  public static OwnPlace inZone(String zone) {
    return new OwnPlace(zone, null, "configured");
  }
}
