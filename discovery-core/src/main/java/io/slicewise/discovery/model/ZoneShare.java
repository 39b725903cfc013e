package io.slicewise.discovery.model;

/**
 * One zone in a caller's eyes.
 *
 * @param zone the zone, empty for the endpoints of which none is known
 * @param endpoints how many of its endpoints may be picked
 * @param capacity its part of what all zones can take, 0 to 1
 * @param callers its part of the callers, 0 to 1, or NaN where that is not known
 * @param share its part of this caller's calls, 0 to 1
 */
public record ZoneShare(
    String zone, int endpoints, double capacity, double callers, double share) {}
