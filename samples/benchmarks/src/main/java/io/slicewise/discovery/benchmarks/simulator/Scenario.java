package io.slicewise.discovery.benchmarks.simulator;

import java.util.List;

/**
 * Who is where, and what happens.
 *
 * @param name for people
 * @param callers how many callers each zone has
 * @param endpoints how many endpoints each zone has
 * @param story what happens
 */
record Scenario(String name, List<Integer> callers, List<Integer> endpoints, Story story) {

  /** The part of its time that a worker would be busy if all got the same. */
  static final double UTILISATION = 0.7;

  private static final List<Integer> HALF = List.of(30, 15, 15);
  private static final List<Integer> MOST = List.of(48, 6, 6);
  private static final List<Integer> EVEN = List.of(20, 20, 20);
  private static final List<Integer> TEN = List.of(10, 10, 10);
  private static final List<Integer> ELEVEN = List.of(4, 4, 3);
  private static final List<Integer> DEGRADED = List.of(10, 10, 2);

  Scenario {
    callers = List.copyOf(callers);
    endpoints = List.copyOf(endpoints);
  }

  /** Returns the cases in which nothing happens, the four that are drawn first. */
  static List<Scenario> steady(double seconds) {
    Story steady = new Story.Steady(seconds);
    return List.of(
        new Scenario("callers 50/25/25, endpoints 10/10/10", HALF, TEN, steady),
        new Scenario("callers even, endpoints 4/4/3", EVEN, ELEVEN, steady),
        new Scenario("callers even, endpoints 10/10/2", EVEN, DEGRADED, steady),
        new Scenario("callers 80/10/10, endpoints 10/10/10", MOST, TEN, steady),
        new Scenario("callers even, endpoints 10/10/10", EVEN, TEN, steady),
        new Scenario("callers 50/25/25, endpoints 4/4/3", HALF, ELEVEN, steady),
        new Scenario("callers 50/25/25, endpoints 10/10/2", HALF, DEGRADED, steady),
        new Scenario("callers 80/10/10, endpoints 4/4/3", MOST, ELEVEN, steady),
        new Scenario("callers 80/10/10, endpoints 10/10/2", MOST, DEGRADED, steady));
  }

  static Scenario zoneLoss() {
    return new Scenario("zone c is lost and comes back", HALF, TEN, new ZoneLoss());
  }

  static Scenario rollout() {
    return new Scenario("rolling update, max surge 25 %", HALF, TEN, new Rollout());
  }

  static Scenario coldStart() {
    return new Scenario("cold start of both sides", HALF, TEN, new ColdStart());
  }

  /** The zones, by name. */
  List<String> zones() {
    return List.of("a", "b", "c").subList(0, endpoints.size());
  }

  int allEndpoints() {
    return endpoints.stream().mapToInt(Integer::intValue).sum();
  }

  int allCallers() {
    return callers.stream().mapToInt(Integer::intValue).sum();
  }

  /** The part of all endpoints that each zone has. */
  double[] capacities() {
    return endpoints.stream().mapToDouble(each -> (double) each / allEndpoints()).toArray();
  }
}
