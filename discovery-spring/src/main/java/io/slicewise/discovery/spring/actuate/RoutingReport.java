package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ZoneShare;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How this application's calls spread over zones, in the words of the command line's JSON.
 *
 * @param policy the policy that is configured
 * @param scope which endpoints it leaves
 * @param zone the own zone, or null where it is unknown
 * @param zoneSource how that was found, or why it was not
 * @param callersSource where the callers' zones are known from, or why they are not
 * @param basis what the shares were worked out from
 * @param panic what is ignored because too few endpoints are left
 * @param ejected how many endpoints are left out because they failed
 * @param starting how many endpoints have not their full share yet
 * @param zones every zone with endpoints to pick, or callers
 * @param notes what looks wrong in the configuration
 */
public record RoutingReport(
    String policy,
    String scope,
    @Nullable String zone,
    String zoneSource,
    String callersSource,
    String basis,
    String panic,
    int ejected,
    int starting,
    List<Zone> zones,
    List<String> notes) {

  public RoutingReport {
    zones = List.copyOf(zones);
    notes = List.copyOf(notes);
  }

  /**
   * One zone.
   *
   * @param zone its name, or null for the endpoints of which none is known
   * @param endpoints how many of its endpoints may be picked
   * @param capacity its part of what all zones can take, 0 to 1
   * @param callers its part of the callers, 0 to 1, or null where that is not known
   * @param share its part of this application's calls, 0 to 1
   */
  public record Zone(
      @Nullable String zone,
      int endpoints,
      double capacity,
      @Nullable Double callers,
      double share) {

    static Zone of(ZoneShare share) {
      return new Zone(
          share.zone().isEmpty() ? null : share.zone(),
          share.endpoints(),
          share.capacity(),
          Double.isNaN(share.callers()) ? null : share.callers(),
          share.share());
    }
  }

  static RoutingReport of(Routing routing) {
    return new RoutingReport(
        routing.policy(),
        routing.scope(),
        routing.zone(),
        routing.zoneSource(),
        routing.callersSource(),
        routing.basis(),
        routing.panic().name(),
        routing.ejected(),
        routing.starting(),
        routing.zones().stream().map(Zone::of).toList(),
        routing.notes());
  }
}
