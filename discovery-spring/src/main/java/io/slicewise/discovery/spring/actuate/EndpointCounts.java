package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.ZoneShare;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many endpoints a view has, each in one of five conditions.
 *
 * @param eligible those that calls go to, whatever their condition
 * @param ready those that take calls, whether the policy lets this application call them or not
 * @param servingTerminating those that are being deleted and still serve; called if none is ready
 * @param notReady those that take no calls
 * @param ejected those that are ready and have failed this application's calls
 * @param excluded those that this application can or will never call: they are of the other IP
 *     family, lack the port, are host names, another pod than the one wanted, or filtered
 */
public record EndpointCounts(
    int eligible, int ready, int servingTerminating, int notReady, int ejected, int excluded) {

  private static final Set<OutReason> EXCLUDING =
      EnumSet.of(
          OutReason.NO_SUCH_PORT,
          OutReason.OTHER_FAMILY,
          OutReason.OTHER_POD,
          OutReason.FQDN,
          OutReason.INVALID_ADDRESS,
          OutReason.FILTERED);
  private static final EndpointCounts NONE = new EndpointCounts(0, 0, 0, 0, 0, 0);

  /** Returns the counts of a view. */
  static EndpointCounts of(ServiceView view) {
    int eligible = 0;
    for (ZoneShare zone : view.routing().zones()) {
      eligible += zone.endpoints();
    }
    EndpointCounts sum = NONE;
    for (EndpointCounts zone : byZone(view).values()) {
      sum = sum.plus(zone);
    }
    return new EndpointCounts(
        eligible, sum.ready, sum.servingTerminating, sum.notReady, sum.ejected, sum.excluded);
  }

  /** Returns the counts of each zone, empty for the unknown one; all with 0 eligible ones. */
  static Map<String, EndpointCounts> byZone(ServiceView view) {
    Map<String, int[]> zones = new TreeMap<>();
    for (int i = 0; i < view.endpoints().size(); i++) {
      Endpoint endpoint = view.endpoints().get(i);
      String zone = endpoint.zone() == null ? "" : endpoint.zone();
      zones.computeIfAbsent(zone, z -> new int[5])[condition(endpoint, view.selection().out(i))]++;
    }
    Map<String, EndpointCounts> counts = new TreeMap<>();
    zones.forEach(
        (zone, n) -> counts.put(zone, new EndpointCounts(0, n[0], n[1], n[2], n[3], n[4])));
    return counts;
  }

  private static int condition(Endpoint endpoint, @Nullable OutReason out) {
    if (out == OutReason.EJECTED) {
      return 3;
    }
    if (out != null && EXCLUDING.contains(out)) {
      return 4;
    }
    return switch (endpoint.conditions().tier()) {
      case 1 -> 0;
      case 2 -> 1;
      default -> 2;
    };
  }

  private EndpointCounts plus(EndpointCounts other) {
    return new EndpointCounts(
        eligible + other.eligible,
        ready + other.ready,
        servingTerminating + other.servingTerminating,
        notReady + other.notReady,
        ejected + other.ejected,
        excluded + other.excluded);
  }

  /** Returns the larger one of each number. */
  EndpointCounts max(EndpointCounts other) {
    return new EndpointCounts(
        Math.max(eligible, other.eligible),
        Math.max(ready, other.ready),
        Math.max(servingTerminating, other.servingTerminating),
        Math.max(notReady, other.notReady),
        Math.max(ejected, other.ejected),
        Math.max(excluded, other.excluded));
  }
}
