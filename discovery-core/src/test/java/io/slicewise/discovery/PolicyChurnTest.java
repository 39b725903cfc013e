package io.slicewise.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Panic;
import io.slicewise.discovery.policy.RandomSlices;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A watch that has lived through every change says the same as one that is opened now, under every
 * policy: nothing sticks of what was.
 */
class PolicyChurnTest {

  private static final List<TopologyPolicy> POLICIES =
      List.of(
          TopologyPolicy.auto(),
          TopologyPolicy.zoneAware(),
          TopologyPolicy.kubernetes(),
          TopologyPolicy.sameZone(),
          TopologyPolicy.sameNode(),
          TopologyPolicy.sameNodeStrict(),
          TopologyPolicy.uniform());

  @Property(tries = 25, seed = "20261121")
  void anOldWatchSaysWhatANewOneSays(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSlices slices = new RandomSlices(random);
    WatchOptions options =
        WatchOptions.DEFAULTS
            .withHealth(HealthOptions.OFF)
            .withHostNames(random.nextBoolean())
            .withFilter((endpoint, slice) -> !endpoint.address().endsWith("3"))
            .withWeight((endpoint, slice) -> endpoint.address().endsWith("2") ? 2 : 1);
    String zone = RandomSlices.ZONES.get(random.nextInt(3));
    String node = random.nextBoolean() ? "n1" : "elsewhere";
    Map<String, Double> callers = Map.of("a", 2.0, "b", 1.0, "d", 0.5);
    try (Harness harness = new Harness(b -> b.zone(zone).node(node).callers(callers))) {
      List<ServiceWatch> watches = new ArrayList<>();
      for (TopologyPolicy policy : POLICIES) {
        watches.add(harness.watch("checkout:grpc", options.withPolicy(policy)));
      }
      harness.last().open().initialEventsEnd("100");

      for (int step = 0; step < 12; step++) {
        for (int i = 0; i <= random.nextInt(2); i++) {
          harness.last().event(slices.change());
        }
        harness.window();
        harness.advance(Duration.ofSeconds(11)); // calls take that long to move at the most

        for (int i = 0; i < watches.size(); i++) {
          assertSame(watches.get(i), harness, options.withPolicy(POLICIES.get(i)));
        }
      }
    }
  }

  private static void assertSame(ServiceWatch old, Harness harness, WatchOptions options) {
    try (ServiceWatch fresh = harness.watch("checkout:grpc", options)) {
      if (isInPanic(old) || isInPanic(fresh)) {
        return; // only the old one knows which of the unready ones are missing, and which are new
      }
      Map<String, Double> expected = verdicts(fresh);
      Map<String, Double> actual = verdicts(old);
      assertThat(actual).containsOnlyKeys(expected.keySet());
      actual.forEach(
          (verdict, share) ->
              assertThat(share)
                  .as("%s by %s", verdict, options.policy())
                  .isCloseTo(expected.get(verdict), within(1e-6)));
      if (!expected.isEmpty() && !old.view().eligible().isEmpty()) {
        double sum = actual.values().stream().mapToDouble(share -> share).sum();
        assertThat(sum).isCloseTo(1, within(1e-9));
        assertThat(old.view().eligible()).contains(old.pick());
      }
    }
  }

  private static boolean isInPanic(ServiceWatch watch) {
    return watch.view().routing().panic() != Panic.NONE;
  }

  /** Every address with its verdict, and its share. */
  private static Map<String, Double> verdicts(ServiceWatch watch) {
    Map<String, Double> verdicts = new TreeMap<>();
    for (Explanation.Address address : watch.explain().addresses()) {
      Endpoint endpoint = address.endpoint();
      OutReason out = address.out();
      verdicts.merge(
          address.slice() + " " + endpoint + " " + (out == null ? "IN" : out),
          address.share(),
          Double::sum);
    }
    return verdicts;
  }
}
