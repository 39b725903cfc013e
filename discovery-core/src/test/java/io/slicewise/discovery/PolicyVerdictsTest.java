package io.slicewise.discovery;

import static io.slicewise.discovery.policy.SliceSketch.slices;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each policy says of each endpoint: who I am (zone/node), the slices (see {@link
 * io.slicewise.discovery.policy.SliceSketch}), and for each endpoint in its order why it is out, or
 * its share in percent.
 */
class PolicyVerdictsTest {

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # The own zone while it has an endpoint, then all
          sameZone | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2, 1.0.0.3 ++- b/n3 | 50 50 OTHER_ZONE
          sameZone | a/n1 | 1.0.0.1 --- a/n1, 1.0.0.2 ++- b/n2, 1.0.0.3 ++- c/n3 | NOT_READY 50 50
          sameZone | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 ++- b/n2                   | TERMINATING 100
          sameZone | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 -++ b/n2, 1.0.0.3 --+ a/n1 | 100 OTHER_ZONE TERMINATING
          sameZone | -/-  | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2                   | 50 50
          sameZone | -/-  | 1.0.0.1 ++- -/-, 1.0.0.2 ++- b/n2                    | 50 50
          sameZone | a/n1 | 1.0.0.1 ++- -/n1, 1.0.0.2 ++- a/n2                   | OTHER_ZONE 100
          sameZone | a/n1 | 1.0.0.1 ++- a/n1 >b @n2, 1.0.0.2 ++- b/n2 >a @n1     | 100 OTHER_ZONE
          sameZone | a/n1 | 1.0.0.1 --- a/n1 & [IPv6] fd00::1 ++- a/n1, fd00::2 ++- b/n2 | OTHER_FAMILY 100 OTHER_ZONE
          sameZone | a/n1 | [http:80] 1.0.0.1 ++- a/n1 & 1.0.0.2 ++- b/n2        | NO_SUCH_PORT 100

          # The own node, then the own zone, then all
          sameNode | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2, 1.0.0.3 ++- b/n3 | 100 OTHER_NODE OTHER_NODE
          sameNode | a/n9 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2, 1.0.0.3 ++- b/n3 | 50 50 OTHER_ZONE
          sameNode | c/n9 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2                   | 50 50
          sameNode | a/-  | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2                   | 100 OTHER_ZONE
          sameNode | -/n9 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2                   | 50 50
          sameNode | -/-  | 1.0.0.1 ++- -/-, 1.0.0.2 ++- b/n2                    | 50 50
          sameNode | a/n1 | 1.0.0.1 --- a/n1, 1.0.0.2 ++- a/n2, 1.0.0.3 ++- b/n3 | NOT_READY 100 OTHER_ZONE
          sameNode | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 ++- b/n2                   | TERMINATING 100
          sameNode | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 -++ a/n2                   | 100 OTHER_NODE
          sameNode | a/n1 | 1.0.0.1 ++- b/n1, 1.0.0.2 ++- a/n2                   | 100 OTHER_NODE

          # The own node only
          sameNodeStrict | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n1, 1.0.0.3 ++- a/n2 | 50 50 OTHER_NODE
          sameNodeStrict | a/n9 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2                   | OTHER_NODE OTHER_NODE
          sameNodeStrict | a/-  | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- -/-                    | OTHER_NODE OTHER_NODE
          sameNodeStrict | a/n1 | 1.0.0.1 --- a/n1, 1.0.0.2 ++- a/n2                   | NOT_READY OTHER_NODE
          sameNodeStrict | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 ++- a/n2                   | 100 OTHER_NODE
          sameNodeStrict | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 ++- a/n1                   | TERMINATING 100

          # All alike
          uniform | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2, 1.0.0.3 ++- -/-, 1.0.0.4 ++- b/n2 | 25 25 25 25
          uniform | a/n1 | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- b/n2 >b @n2             | 50 50
          uniform | -/-  | 1.0.0.1 ++- a/n1, 1.0.0.2 --- a/n1, 1.0.0.3 -++ a/n1, 1.0.0.4 --+ a/n1 | 100 NOT_READY TERMINATING TERMINATING
          uniform | -/-  | 1.0.0.1 ++- & [IPv6] fd00::1 ++- & [FQDN] db.example.com ++- | 100 OTHER_FAMILY FQDN
          uniform | -/-  | [v7] 1.0.0.1 ++- #p & [v8] 1.0.0.1 ++- #p, 1.0.0.2 ++-       | DUPLICATE 50 50

          # kube-proxy's choice
          kubernetes | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2 >a, 1.0.0.3 ++- b/n3 >b | 50 50 OTHER_ZONE
          kubernetes | a/n1 | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- a/n2 >a @n2, 1.0.0.3 --- a/n1 | 100 OTHER_NODE NOT_READY
          kubernetes | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2                     | 50 50

          # Hints for nodes where they hold; otherwise by zone, a/b/c calling 2/1/1
          auto | a/n1 | 1.0.0.1 ++- a/n1 @n1, 1.0.0.2 ++- a/n1 @n1, 1.0.0.3 ++- a/n2 @n2 | 50 50 OTHER_NODE
          auto | a/n1 | 1.0.0.1 ++- a/n1 >a @n1, 1.0.0.2 ++- a/n2 >a @n2, 1.0.0.3 --- a/n1 | 100 OTHER_NODE NOT_READY
          auto | a/n1 | 1.0.0.1 ++- a/n2 @n2+n1, 1.0.0.2 ++- a/n1 @n3                    | 100 OTHER_NODE
          auto | a/n9 | 1.0.0.1 ++- a/n1 @n1, 1.0.0.2 ++- b/n2 @n2, 1.0.0.3 ++- c/n3 @n3 | 80 10 10
          auto | a/n1 | 1.0.0.1 ++- a/n1 @n1, 1.0.0.2 ++- b/n2 @n2, 1.0.0.3 ++- c/n3     | 80 10 10
          auto | a/-  | 1.0.0.1 ++- a/n1 @n1, 1.0.0.2 ++- b/n2 @n2, 1.0.0.3 ++- c/n3 @n3 | 80 10 10
          auto | a/n1 | 1.0.0.1 ++- a/n1 >a, 1.0.0.2 ++- b/n2 >b, 1.0.0.3 ++- c/n3 >c    | 80 10 10
          auto | a/n1 | 1.0.0.1 -++ a/n1 @n1, 1.0.0.2 -++ b/n2 @n2, 1.0.0.3 -++ c/n3 @n3 | 80 10 10

          # By zone
          zoneAware | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2, 1.0.0.3 ++- c/n3       | 80 10 10
          zoneAware | a/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2, 1.0.0.3 ++- b/n3, 1.0.0.4 ++- c/n4 | 50 50 0 0
          zoneAware | b/n1 | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2, 1.0.0.3 ++- c/n3       | 0 100 0
          zoneAware | a/n1 | 1.0.0.1 --- a/n1, 1.0.0.2 ++- b/n2, 1.0.0.3 ++- c/n3       | NOT_READY 50 50
          zoneAware | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 ++- b/n2, 1.0.0.3 ++- c/n3       | TERMINATING 50 50
          zoneAware | a/n1 | 1.0.0.1 -++ a/n1, 1.0.0.2 -++ b/n2, 1.0.0.3 -++ c/n3       | 80 10 10
          zoneAware | -/-  | 1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2, 1.0.0.3 ++- b/n3, 1.0.0.4 ++- c/n3 | 25 25 25 25
          """)
  void says(String policy, String self, String slices, String expected) {
    try (Harness harness = harness(self)) {
      ServiceWatch watch =
          harness.synced(
              "checkout:grpc",
              WatchOptions.DEFAULTS.withPolicy(TopologyPolicy.named(policy)),
              "100",
              slices(slices));

      List<String> said =
          watch.explain().addresses().stream().map(PolicyVerdictsTest::word).toList();

      assertThat(said).isEqualTo(Arrays.asList(expected.split(" ")));
      assertThat(watch.view().routing().policy()).isEqualTo(policy);
      assertThat(watch.view().problem() == null).isEqualTo(expected.matches(".*\\d+( .*|$)"));
    }
  }

  private static Harness harness(String self) {
    String[] names = self.split("/");
    return new Harness(
        builder -> {
          builder = names[0].equals("-") ? builder : builder.zone(names[0]);
          builder = names[1].equals("-") ? builder : builder.node(names[1]);
          return builder.callers(Map.of("a", 2.0, "b", 1.0, "c", 1.0));
        });
  }

  private static String word(Explanation.Address address) {
    return address.out() != null
        ? address.out().name()
        : String.format(Locale.ROOT, "%.0f", 100 * address.share());
  }

  @Test
  void aWatchMayHaveAnotherPolicyThanItsDiscovery() {
    try (Harness harness =
        new Harness(builder -> builder.zone("a").policy(TopologyPolicy.sameZone()))) {
      String endpoints = "1.0.0.1 ++- a/n1, 1.0.0.2 ++- b/n2";
      ServiceWatch near = harness.synced("checkout:grpc", "100", slices(endpoints));
      ServiceWatch all =
          harness.watch(
              "checkout:grpc", WatchOptions.DEFAULTS.withPolicy(TopologyPolicy.uniform()));

      assertThat(Harness.addresses(near.view())).containsExactly("1.0.0.1");
      assertThat(Harness.addresses(all.view())).containsExactly("1.0.0.1", "1.0.0.2");
    }
  }

  @Test
  void aStrictWatchThatLosesTheLastEndpointOnItsNodeHasNone() {
    try (Harness harness = harness("a/n1")) {
      WatchOptions strict = WatchOptions.DEFAULTS.withPolicy(TopologyPolicy.sameNodeStrict());
      ServiceWatch watch =
          harness.synced(
              "checkout:grpc", strict, "100", slices("1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2"));

      harness.last().modified(slices("[v101] 1.0.0.1 --- a/n1, 1.0.0.2 ++- a/n2")[0]);
      harness.settle();

      assertThat(watch.view().eligible()).isEmpty();
      assertThat(watch.view().problem()).isNotNull();
    }
  }

  @Test
  void aStrictWatchThatDoesNotKnowItsNodeSaysWhatToSet() {
    try (Harness harness = harness("a/-")) {
      WatchOptions strict = WatchOptions.DEFAULTS.withPolicy(TopologyPolicy.sameNodeStrict());
      ServiceWatch watch =
          harness.synced(
              "checkout:grpc", strict, "100", slices("1.0.0.1 ++- a/n1, 1.0.0.2 ++- a/n2"));

      assertThat(watch.view().eligible()).isEmpty();
      assertThat(watch.view().problem()).contains("own node is not known", "set NODE_NAME");
    }
  }
}
