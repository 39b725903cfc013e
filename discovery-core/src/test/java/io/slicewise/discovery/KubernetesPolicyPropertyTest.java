package io.slicewise.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.policy.CategorizeEndpoints;
import io.slicewise.discovery.policy.RandomSlices;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever slices come, change and go: what kube-proxy would use of those there are. */
class KubernetesPolicyPropertyTest {

  @Property(tries = 200, seed = "20261121")
  void usesWhatKubeProxyWouldUse(@ForAll long seed) {
    Random random = new Random(seed);
    String zone = random.nextInt(6) == 0 ? null : RandomSlices.ZONES.get(random.nextInt(3));
    // With no zone and a node, the zone would be learned from that node's endpoints.
    String node =
        zone == null || random.nextInt(6) == 0 ? null : RandomSlices.NODES.get(random.nextInt(4));
    RandomSlices slices = new RandomSlices(random);
    CategorizeEndpoints oracle = new CategorizeEndpoints("grpc", "TCP", node, zone);
    try (Harness harness =
        new Harness(
            builder -> {
              builder = zone == null ? builder : builder.zone(zone);
              return node == null ? builder : builder.node(node);
            })) {
      ServiceWatch cluster = watch(harness, TopologyPolicy.kubernetes());
      ServiceWatch local = watch(harness, TopologyPolicy.sameNodeStrict());
      harness.last().open().initialEventsEnd("100");

      for (int step = 0; step < 20; step++) {
        for (int i = 0; i <= random.nextInt(2); i++) {
          harness.last().event(slices.change());
        }
        harness.window();

        assertThat(used(cluster)).isEqualTo(oracle.cluster(slices.now()));
        assertThat(used(local)).isEqualTo(oracle.local(slices.now()));
      }
    }
  }

  private static ServiceWatch watch(Harness harness, TopologyPolicy policy) {
    return harness.watch("checkout:grpc", WatchOptions.DEFAULTS.withPolicy(policy));
  }

  private static Set<String> used(ServiceWatch watch) {
    Set<String> used = new TreeSet<>();
    watch.view().eligible().forEach(endpoint -> used.add(endpoint.authority()));
    return used;
  }
}
