package io.slicewise.discovery.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/**
 * Which of the usable endpoints a caller picks from, and how its calls spread over zones. A pure
 * function of what is given: no state, no time, no chance. Thread safe.
 *
 * <table>
 * <caption>The policies</caption>
 * <tr><th>name</th><th>what it does</th></tr>
 * <tr><td>{@code auto}</td><td>hints for nodes where kube-proxy would follow them, otherwise
 *   {@code zoneAware}; the default</td></tr>
 * <tr><td>{@code zoneAware}</td><td>as little cross-zone traffic as is possible with no endpoint
 *   above (1 + tolerance) of an equal load</td></tr>
 * <tr><td>{@code kubernetes}</td><td>the endpoints that kube-proxy would use, all alike</td></tr>
 * <tr><td>{@code sameZone}</td><td>the own zone while it has an endpoint, then all</td></tr>
 * <tr><td>{@code sameNode}</td><td>the own node while it has an endpoint, then the own zone, then
 *   all</td></tr>
 * <tr><td>{@code sameNodeStrict}</td><td>the own node only, as {@code internalTrafficPolicy: Local}
 *   </td></tr>
 * <tr><td>{@code uniform}</td><td>all endpoints alike</td></tr>
 * </table>
 */
public interface TopologyPolicy {

  /** The name, as it is configured and shown. */
  String label();

  /** Returns which of the endpoints that rule may be picked by a caller at a place. */
  Scope scope(Census census, OwnPlace own);

  /**
   * Returns how the calls spread over the zones of the endpoints in scope. At least one of the
   * zones has capacity.
   */
  Spread spread(Zones zones, OwnPlace own, Callers callers);

  /** Whether an endpoint on another node is no endpoint at all, whatever its state. */
  default boolean ownNodeOnly() {
    return false;
  }

  /** Whether what this policy leaves depends on where the callers are. */
  default boolean usesCallers() {
    return false;
  }

  /** Whether it matters in which zone the caller is. */
  default boolean usesZones() {
    return usesCallers();
  }

  /** Whether calls may go anywhere while too few endpoints are left; else it is followed always. */
  default boolean yieldsInPanic() {
    return usesZones();
  }

  /** Returns the default: hints for nodes where they hold, otherwise {@link #zoneAware()}. */
  static TopologyPolicy auto() {
    return auto(ZoneAware.DEFAULTS);
  }

  /** Returns hints for nodes where kube-proxy would follow them, otherwise by zone as given. */
  static TopologyPolicy auto(ZoneAware otherwise) {
    return new AutoPolicy(otherwise);
  }

  /** Returns the minimum of cross-zone traffic under a bound on load, with default settings. */
  static ZoneAware zoneAware() {
    return ZoneAware.DEFAULTS;
  }

  /** Returns kube-proxy's choice (CategorizeEndpoints of Kubernetes 1.36). */
  static TopologyPolicy kubernetes() {
    return SimplePolicy.KUBERNETES;
  }

  /** Returns the own zone while it has an endpoint, then all. No bound on load. */
  static TopologyPolicy sameZone() {
    return SimplePolicy.SAME_ZONE;
  }

  /** Returns the own node while it has an endpoint, then the own zone, then all. */
  static TopologyPolicy sameNode() {
    return SimplePolicy.SAME_NODE;
  }

  /** Returns the own node only: {@code internalTrafficPolicy: Local}. */
  static TopologyPolicy sameNodeStrict() {
    return SimplePolicy.SAME_NODE_STRICT;
  }

  /** Returns all endpoints alike. */
  static TopologyPolicy uniform() {
    return SimplePolicy.UNIFORM;
  }

  /**
   * Returns the policy of a name, with default settings; case does not matter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static TopologyPolicy named(String name) {
    List<TopologyPolicy> all =
        List.of(
            auto(), zoneAware(), kubernetes(), sameZone(), sameNode(), sameNodeStrict(), uniform());
    for (TopologyPolicy policy : all) {
      if (policy.label().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        "policy: "
            + name
            + " (expected: auto, zoneAware, kubernetes, sameZone, sameNode, sameNodeStrict or"
            + " uniform)");
  }

  /**
   * How a caller's calls spread over zones.
   *
   * @param shares the share of each zone, in the order of {@link Zones#names()}; they add up to 1
   *     and are 0 where there is no capacity
   * @param basis what they were worked out from, for people
   */
  record Spread(double[] shares, String basis) {

    public Spread {
      requireNonNull(shares, "shares");
      requireNonNull(basis, "basis");
    }

    /** Returns the spread by capacity alone: every endpoint gets the same, by its weight. */
    public static Spread byCapacity(Zones zones, String basis) {
      return new Spread(zones.capacityShares(), basis);
    }
  }
}
