package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.ZoneAware;
import java.util.List;

/**
 * A way to spread calls over zones. Only that differs: all of them choose by two choices inside a
 * zone, and have slow start and ejection unless {@code health} says otherwise.
 *
 * @param label its name in tables
 * @param policy the policy
 * @param hinting the hints that the cluster writes
 * @param callersKnown whether callers follow their own Service, to know where they all are
 * @param health what callers do about new and failing endpoints
 */
record Contender(
    String label,
    TopologyPolicy policy,
    Hinting hinting,
    boolean callersKnown,
    HealthOptions health) {

  static final Contender ZONE_AWARE = of("zoneAware", ZoneAware.DEFAULTS, Hinting.NONE, true);

  static final Contender UNKNOWN_CALLERS =
      of("zoneAware, callers unknown", ZoneAware.DEFAULTS, Hinting.NONE, false);

  /**
   * Envoy's zone aware routing: all local while the own zone has no less of the hosts than of the
   * callers, otherwise exactly the part that it can take, and the rest in proportion to the room
   * that others have. That is the closed form of {@code zoneAware} with ε = 0, which is what runs
   * here. Envoy's switches are not: it turns itself off below 6 hosts, and rounds to 1/10,000.
   */
  static final Contender ENVOY =
      of("Envoy's rule (tolerance 0)", ZoneAware.DEFAULTS.withTolerance(0), Hinting.NONE, true);

  static final Contender AUTO_HINTS =
      of("kubernetes, Auto hints", TopologyPolicy.kubernetes(), Hinting.AUTO, false);

  static final Contender SAME_ZONE_HINTS =
      of("kubernetes, PreferSameZone", TopologyPolicy.kubernetes(), Hinting.SAME_ZONE, false);

  static final Contender SAME_ZONE = of("sameZone", TopologyPolicy.sameZone(), Hinting.NONE, false);

  static final Contender UNIFORM = of("uniform", TopologyPolicy.uniform(), Hinting.NONE, false);

  /** What slow start and ejection are worth. */
  static final Contender NO_HEALTH =
      new Contender(
          "zoneAware, health off", ZoneAware.DEFAULTS, Hinting.NONE, true, HealthOptions.OFF);

  static final List<Contender> ALL =
      List.of(ZONE_AWARE, UNKNOWN_CALLERS, ENVOY, AUTO_HINTS, SAME_ZONE_HINTS, SAME_ZONE, UNIFORM);

  private static Contender of(
      String label, TopologyPolicy policy, Hinting hinting, boolean callersKnown) {
    return new Contender(label, policy, hinting, callersKnown, HealthOptions.DEFAULTS);
  }
}
