package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a caller's calls spread over zones, and why so. Immutable.
 *
 * @param policy the policy that is configured
 * @param scope which endpoints the policy leaves, in its own word: {@code ALL}, {@code OWN_ZONE} …
 * @param zone the caller's own zone, or null where it is not known
 * @param zoneSource how that was found, or why it was not
 * @param callersSource where the callers' zones are known from, or why they are not
 * @param basis what the shares were worked out from
 * @param panic what is ignored because too few endpoints are left
 * @param ejected how many endpoints are left out because they failed
 * @param starting how many endpoints have not their full share yet because they are new
 * @param zones all zones that have endpoints to be picked, or callers, by name
 * @param notes what looks wrong in the configuration, a line each
 */
public record Routing(
    String policy,
    String scope,
    @Nullable String zone,
    String zoneSource,
    String callersSource,
    String basis,
    Panic panic,
    int ejected,
    int starting,
    List<ZoneShare> zones,
    List<String> notes) {

  /** Nothing is known yet. */
  public static final Routing NONE =
      new Routing(
          "", "ALL", null, "unknown", "unknown", "", Panic.NONE, 0, 0, List.of(), List.of());

  public Routing {
    requireNonNull(policy, "policy");
    requireNonNull(scope, "scope");
    requireNonNull(zoneSource, "zoneSource");
    requireNonNull(callersSource, "callersSource");
    requireNonNull(basis, "basis");
    requireNonNull(panic, "panic");
    zones = List.copyOf(zones);
    notes = List.copyOf(notes);
  }

  /** Returns the largest difference between the shares of a zone here and there, 0 to 1. */
  public double distance(Routing other) {
    double most = 0;
    for (ZoneShare zone : zones) {
      most = Math.max(most, Math.abs(zone.share() - other.share(zone.zone())));
    }
    for (ZoneShare zone : other.zones) {
      most = Math.max(most, Math.abs(zone.share() - share(zone.zone())));
    }
    return most;
  }

  /** Returns the part of this caller's calls that goes to a zone; 0 for one that is not known. */
  public double share(String name) {
    for (ZoneShare zone : zones) {
      if (zone.zone().equals(name)) {
        return zone.share();
      }
    }
    return 0;
  }
}
