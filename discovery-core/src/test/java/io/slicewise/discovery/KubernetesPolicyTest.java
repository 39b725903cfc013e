package io.slicewise.discovery;

import static io.slicewise.discovery.policy.SliceSketch.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.policy.CategorizeEndpoints;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What kube-proxy would use, case by case: who I am (zone/node), the slices (see {@link
 * io.slicewise.discovery.policy.SliceSketch}), and the addresses; a port is named where it is not
 * 8080.
 */
class KubernetesPolicyTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Readiness
          ready ones                         | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2 | 1.0.0.1 1.0.0.2
          not those that are not ready       | a/n1 | 1.0.0.1 ++-, 1.0.0.2 ---, 1.0.0.3 -+- | 1.0.0.1
          no conditions at all are ready     | a/n1 | 1.0.0.1, 1.0.0.2 ???, 1.0.0.3 ?--  | 1.0.0.1 1.0.0.2 1.0.0.3
          nil ready of one that terminates   | a/n1 | 1.0.0.1 ?++, 1.0.0.2 -++           | 1.0.0.1
          mirrored: ready alone is set       | a/n1 | 1.0.0.1 +?? #-, 1.0.0.2 -?? #-     | 1.0.0.1
          mirrored: unready is never serving | a/n1 | 1.0.0.1 -?? #-, 1.0.0.2 -?? #-     | ''
          publishNotReadyAddresses           | a/n1 | 1.0.0.1 +--, 1.0.0.2 +-+, 1.0.0.3 +++ | 1.0.0.1 1.0.0.2 1.0.0.3
          published, beside serving ones     | a/n1 | 1.0.0.1 +-+, 1.0.0.2 -++           | 1.0.0.1
          terminating ones wait for need     | a/n1 | 1.0.0.1 ++-, 1.0.0.2 -++           | 1.0.0.1
          none ready: terminating that serve | a/n1 | 1.0.0.1 -++, 1.0.0.2 --+, 1.0.0.3 -+-, 1.0.0.4 --- | 1.0.0.1
          none ready: nil serving serves     | a/n1 | 1.0.0.1 -?+, 1.0.0.2 --+           | 1.0.0.1
          stopped ones never                 | a/n1 | 1.0.0.1 --+, 1.0.0.2 ---           | ''
          a placeholder with null lists      | a/n1 | [null]                             | ''
          a placeholder beside a full slice  | a/n1 | [null] & 1.0.0.1 ++-               | 1.0.0.1
          no slice                           | a/n1 | ''                                 | ''
          only the first address counts      | a/n1 | 1.0.0.1+1.0.0.9 ++-, 1.0.0.2 ++-   | 1.0.0.1 1.0.0.2

          # Hints for zones
          those for my zone                  | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- a/n2 >a, 1.0.0.3 ++- b/n3 >b | 1.0.0.1 1.0.0.2
          one ready endpoint has no hint     | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2 >b, 1.0.0.3 ++- a/n3 | 1.0.0.1 1.0.0.2 1.0.0.3
          an unready one has no hint         | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2 >b, 1.0.0.3 --- a/n3 | 1.0.0.1
          a terminating one has no hint      | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2 >b, 1.0.0.3 -++ a/n3 | 1.0.0.1
          hints for other zones only         | c/n9 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2 >b | 1.0.0.1 1.0.0.2
          my hinted endpoint is not ready    | a/n1 | 1.0.0.1 --- a/n1 >a, 1.0.0.2 ++- b/n2 >b, 1.0.0.3 ++- c/n3 >c | 1.0.0.2 1.0.0.3
          my hinted endpoint terminates      | a/n1 | 1.0.0.1 -++ a/n1 >a, 1.0.0.2 ++- b/n2 >b | 1.0.0.2
          my zone is not known               | -/-  | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2 >b | 1.0.0.1 1.0.0.2
          a hint is worth more than a zone   | a/n1 | 1.0.0.1 ++- a/n1 >b, 1.0.0.2 ++- b/n2 >a | 1.0.0.2
          several zones hinted               | a/n1 | 1.0.0.1 ++- b/n2 >b+a, 1.0.0.2 ++- c/n3 >b+c, 1.0.0.3 ++- a/n1 >a | 1.0.0.1 1.0.0.3
          hinted, of no zone                 | a/n1 | 1.0.0.1 ++- >a, 1.0.0.2 ++- b/n2 >b | 1.0.0.1
          hints do not hold for none ready   | a/n1 | 1.0.0.1 -++ a/n1 >a, 1.0.0.2 -++ b/n2 >b | 1.0.0.1 1.0.0.2
          published ones need hints too      | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 +-+ b/n2 | 1.0.0.1 1.0.0.2
          hints over several slices          | a/n1 | 1.0.0.1 ++- >a & 1.0.0.2 ++- >b & 1.0.0.3 ++- >a | 1.0.0.1 1.0.0.3
          a slice without hints voids all    | a/n1 | 1.0.0.1 ++- >a & 1.0.0.2 ++- >b & 1.0.0.3 ++- | 1.0.0.1 1.0.0.2 1.0.0.3
          zone names are compared exactly    | A/n1 | 1.0.0.1 ++- >a, 1.0.0.2 ++- >b     | 1.0.0.1 1.0.0.2

          # Hints for nodes
          nodes before zones                 | a/n1 | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- a/n2 >a @n2, 1.0.0.3 ++- b/n3 >b @n3 | 1.0.0.1
          no hint for my node: zones         | a/n9 | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- a/n2 >a @n2, 1.0.0.3 ++- b/n3 >b @n3 | 1.0.0.1 1.0.0.2
          one has none for nodes: zones      | a/n1 | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- a/n2 >a, 1.0.0.3 ++- b/n3 >b @n3 | 1.0.0.1 1.0.0.2
          hints for nodes alone              | a/n1 | 1.0.0.1 ++- a/n1 @n1, 1.0.0.2 ++- a/n2 @n2 | 1.0.0.1
          for nodes alone, none for mine     | a/n9 | 1.0.0.1 ++- a/n1 @n1, 1.0.0.2 ++- a/n2 @n2 | 1.0.0.1 1.0.0.2
          my node is not known               | a/-  | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- b/n3 >b @n3 | 1.0.0.1
          my node is known, my zone is not   | -/n9 | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- b/n3 >b @n9 | 1.0.0.2
          my zone is learned from my node    | -/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n3 >b | 1.0.0.1
          several nodes hinted               | a/n1 | 1.0.0.1 ++- a/n2 @n2+n1, 1.0.0.2 ++- a/n3 @n3 | 1.0.0.1
          a hint is worth more than a node   | a/n1 | 1.0.0.1 ++- a/n1 @n2, 1.0.0.2 ++- a/n2 @n1 | 1.0.0.2
          my node's one is not ready: zones  | a/n1 | 1.0.0.1 --- a/n1 >a @n1, 1.0.0.2 ++- a/n2 >a @n2, 1.0.0.3 ++- b/n3 >b @n3 | 1.0.0.2
          unready ones need none for nodes   | a/n1 | 1.0.0.1 ++- a/n1 @n1, 1.0.0.2 ++- a/n2 @n2, 1.0.0.3 --- a/n3 | 1.0.0.1
          for nodes, in the other of two     | a/n1 | 1.0.0.1 ++- @n2 & 1.0.0.2 ++- @n1  | 1.0.0.2

          # IP families: IPv4 is preferred here
          dual stack: one family             | a/n1 | 1.0.0.1 ++- #p & [IPv6] fd00::1 ++- #p | 1.0.0.1
          the other if this has none         | a/n1 | 1.0.0.1 --- #p & [IPv6] fd00::1 ++- #q | fd00::1
          only the other                     | a/n1 | [IPv6] fd00::1 ++- #p, fd00::2 -++ #q | fd00::1
          terminating ones of mine are some  | a/n1 | 1.0.0.1 -++ #p & [IPv6] fd00::1 ++- #q | 1.0.0.1
          the other's hints do not matter    | a/n1 | 1.0.0.1 ++- >a, 1.0.0.2 ++- >b & [IPv6] fd00::1 ++- | 1.0.0.1
          the other's hints do not help      | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2 & [IPv6] fd00::1 ++- >a | 1.0.0.1 1.0.0.2
          hints of the other, if it is used  | a/n1 | 1.0.0.1 --- & [IPv6] fd00::1 ++- >a, fd00::2 ++- >b | fd00::1
          host names are ignored             | a/n1 | 1.0.0.1 ++- >a, 1.0.0.2 ++- >b & [FQDN] db.example.com ++- | 1.0.0.1
          nothing but host names             | a/n1 | [FQDN] db.example.com ++-          | ''

          # Ports
          two numbers of one name            | a/n1 | [grpc:8080] 1.0.0.1 ++- & [grpc:9090] 1.0.0.2 ++- | 1.0.0.1 1.0.0.2:9090
          a slice without the port           | a/n1 | [grpc:8080] 1.0.0.1 ++- & [http:8081] 1.0.0.2 ++- | 1.0.0.1
          and its hints                      | a/n1 | [grpc:8080] 1.0.0.1 ++- >a, 1.0.0.2 ++- >b & [http:80] 1.0.0.3 ++- | 1.0.0.1
          a port without a number            | a/n1 | [grpc:] 1.0.0.1 ++- & [grpc:8080] 1.0.0.2 ++- | 1.0.0.2

          # The same address more than once
          same pod: the newer slice, unready | a/n1 | [v7] 1.0.0.1 ++- & [v8] 1.0.0.1 ---, 1.0.0.2 ++- | 1.0.0.2
          same pod: the newer slice, ready   | a/n1 | [v10] 1.0.0.1 ++- & [v9] 1.0.0.1 --- | 1.0.0.1
          same pod: the newer slice's hints  | a/n1 | [v10] 1.0.0.1 ++- >a & [v9] 1.0.0.1 ++- & 1.0.0.2 ++- >b | 1.0.0.1
          same pod: the older had the hints  | a/n1 | [v9] 1.0.0.1 ++- >a & [v10] 1.0.0.1 ++- & 1.0.0.2 ++- >b | 1.0.0.1 1.0.0.2
          other pod: running, then leaving   | a/n1 | [v7] 1.0.0.1 ++- #new & [v8] 1.0.0.1 -++ #old, 1.0.0.2 ++- | 1.0.0.1 1.0.0.2
          other pod: leaving, then running   | a/n1 | [v7] 1.0.0.1 -++ #old & [v8] 1.0.0.1 ++- #new, 1.0.0.2 ++- | 1.0.0.1 1.0.0.2
          other pod: unready beside leaving  | a/n1 | [v7] 1.0.0.1 -++ #old & [v8] 1.0.0.1 --- #new | ''
          other pod: the running one's hints | a/n1 | 1.0.0.1 ++- >b #new & 1.0.0.1 -++ >a #old & 1.0.0.2 ++- >a | 1.0.0.2
          the same twice in one slice        | a/n1 | 1.0.0.1 ++- >a, 1.0.0.1 ++- >a, 1.0.0.2 ++- >b | 1.0.0.1
          """)
  void usesWhatKubeProxyWouldUse(
      String what, String self, String slices, @Nullable String expected) {
    assertUsed(
        TopologyPolicy.kubernetes(), CategorizeEndpoints::cluster, self, slices(slices), expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          those on my node                   | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2, 1.0.0.3 ++- a/n1 | 1.0.0.1 1.0.0.3
          nobody there                       | a/n9 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2 | ''
          my node is not known               | a/-  | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/-  | ''
          of no node                         | a/n1 | 1.0.0.1 ++- a/-, 1.0.0.2 ++-       | ''
          the ready one there                | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 -++ a/n1, 1.0.0.3 ++- a/n2 | 1.0.0.1
          terminating ones there before all  | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 ++- a/n2 | 1.0.0.1
          nobody there serves                | a/n1 | 1.0.0.1 --- a/n1, 1.0.0.2 --+ a/n1, 1.0.0.3 ++- a/n2 | ''
          mirrored: unready is never serving | a/n1 | 1.0.0.1 -?? -/n1 #-                | ''
          publishNotReadyAddresses           | a/n1 | 1.0.0.1 +-+ a/n1, 1.0.0.2 +-- a/n1, 1.0.0.3 -++ a/n1 | 1.0.0.1 1.0.0.2
          hints are ignored                  | a/n1 | 1.0.0.1 ++- a/n1 >b @n2, 1.0.0.2 ++- b/n2 >a @n1 | 1.0.0.1
          another zone's name does not help  | b/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2 | 1.0.0.1
          one family                         | a/n1 | 1.0.0.1 ++- a/n1 #p & [IPv6] fd00::1 ++- a/n1 #p | 1.0.0.1
          the other if this has none there   | a/n1 | 1.0.0.1 ++- a/n2 & [IPv6] fd00::1 ++- a/n1 | fd00::1
          of two pods the one that counts    | a/n1 | 1.0.0.1 ++- a/n2 #new & 1.0.0.1 -++ a/n1 #old | ''
          a slice without the port           | a/n1 | [http:80] 1.0.0.1 ++- a/n1 & 1.0.0.2 ++- a/n2 | ''
          """)
  void strictlyUsesTheOwnNode(String what, String self, String slices, @Nullable String expected) {
    assertUsed(
        TopologyPolicy.sameNodeStrict(),
        CategorizeEndpoints::local,
        self,
        slices(slices),
        expected);
  }

  private static void assertUsed(
      TopologyPolicy policy,
      BiFunction<CategorizeEndpoints, List<EndpointSlice>, Set<String>> oracle,
      String self,
      EndpointSlice[] slices,
      @Nullable String expected) {
    String zone = name(self.substring(0, self.indexOf('/')));
    String node = name(self.substring(self.indexOf('/') + 1));
    try (Harness harness =
        new Harness(
            builder -> {
              builder = zone == null ? builder : builder.zone(zone);
              return (node == null ? builder : builder.node(node)).policy(policy);
            })) {
      ServiceView view = harness.synced("checkout:grpc", "100", slices).view();

      assertThat(used(view)).isEqualTo(expected == null ? "" : expected);
      assertEven(view);
      String learned = view.routing().zone();
      Set<String> places =
          oracle.apply(
              new CategorizeEndpoints("grpc", "TCP", node, learned), Arrays.asList(slices));
      assertThat(view.eligible().stream().map(Endpoint::authority))
          .as("the other tests' oracle, put to the same test")
          .containsExactlyInAnyOrderElementsOf(places);
    }
  }

  private static @Nullable String name(String text) {
    return text.equals("-") ? null : text;
  }

  private static String used(ServiceView view) {
    return view.eligible().stream()
        .map(e -> e.address() + (e.port() == 8080 ? "" : ":" + e.port()))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(" "));
  }

  /** kube-proxy draws from what it uses with even chances. */
  private static void assertEven(ServiceView view) {
    for (int i = 0; i < view.endpoints().size(); i++) {
      boolean in = view.selection().out(i) == null;
      assertThat(view.selection().share(i))
          .isCloseTo(in ? 1.0 / view.eligible().size() : 0, within(1e-12));
    }
  }
}
