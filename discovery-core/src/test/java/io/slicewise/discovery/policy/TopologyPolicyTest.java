package io.slicewise.discovery.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies by name, and which endpoints each leaves. */
class TopologyPolicyTest {

  private static final OwnPlace PLACE = new OwnPlace("zone-a", "node-1", "test");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auto",
        "zoneAware",
        "kubernetes",
        "sameZone",
        "sameNode",
        "sameNodeStrict",
        "uniform"
      })
  void isFoundByItsNameInAnyCase(String name) {
    assertThat(TopologyPolicy.named(name).label()).isEqualTo(name);
    assertThat(TopologyPolicy.named(name.toUpperCase(Locale.ROOT)).label()).isEqualTo(name);
  }

  @Test
  void namesDoNotDependOnTheLanguageOfTheMachine() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr")); // where the capital of i is not I
    try {
      assertThat(TopologyPolicy.named("UNIFORM")).isSameAs(TopologyPolicy.uniform());
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "zone-aware", "zoneAware ", "PreferSameZone", "null"})
  void refusesANameThatNoPolicyHas(String name) {
    assertThatThrownBy(() -> TopologyPolicy.named(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "policy: "
                + name
                + " (expected: auto, zoneAware, kubernetes, sameZone, sameNode, sameNodeStrict or"
                + " uniform)");
  }

  @ParameterizedTest(
      name =
          "{0}: tier {1}, {2} endpoints, {3} in zone, {4} on node, zone hints {5}/{6}, node {7}/{8}")
  @CsvSource({
    // policy, tier, endpoints, in zone, on node, zone hinted, for zone, node hinted, for node
    "uniform,        1, 6, 3, 1, 6, 3, 6, 1, ALL",
    "zoneAware,      1, 6, 3, 1, 6, 3, 6, 1, ALL",
    "sameZone,       1, 6, 3, 1, 6, 3, 6, 1, OWN_ZONE",
    "sameZone,       1, 6, 0, 1, 6, 3, 6, 1, ALL",
    "sameZone,       2, 6, 3, 1, 6, 3, 6, 1, OWN_ZONE",
    "sameNode,       1, 6, 3, 1, 6, 3, 6, 1, OWN_NODE",
    "sameNode,       2, 6, 3, 1, 0, 0, 0, 0, OWN_NODE",
    "sameNode,       1, 6, 3, 0, 6, 3, 6, 1, OWN_ZONE",
    "sameNode,       1, 6, 0, 0, 6, 3, 6, 1, ALL",
    "sameNodeStrict, 1, 6, 3, 1, 6, 3, 6, 1, OWN_NODE",
    "sameNodeStrict, 1, 6, 3, 0, 6, 3, 6, 1, OWN_NODE",
    "kubernetes,     1, 6, 3, 1, 6, 3, 6, 1, HINTED_NODE",
    "kubernetes,     1, 6, 0, 0, 0, 0, 6, 1, HINTED_NODE",
    "kubernetes,     1, 6, 3, 1, 6, 3, 6, 0, HINTED_ZONE",
    "kubernetes,     1, 6, 3, 1, 6, 3, 5, 1, HINTED_ZONE",
    "kubernetes,     1, 6, 3, 1, 5, 3, 5, 1, ALL",
    "kubernetes,     1, 6, 3, 1, 6, 0, 5, 1, ALL",
    "kubernetes,     1, 6, 3, 1, 0, 0, 0, 0, ALL",
    "kubernetes,     2, 6, 3, 1, 6, 3, 6, 1, ALL",
    "kubernetes,     0, 0, 0, 0, 0, 0, 0, 0, ALL",
    "auto,           1, 6, 3, 1, 6, 3, 6, 1, HINTED_NODE",
    "auto,           1, 6, 3, 1, 6, 3, 6, 0, ALL",
    "auto,           1, 6, 3, 1, 6, 3, 5, 1, ALL",
    "auto,           2, 6, 3, 1, 6, 3, 6, 1, ALL",
    "auto,           0, 0, 0, 0, 0, 0, 0, 0, ALL",
  })
  void leaves(
      String policy,
      int tier,
      int endpoints,
      int inZone,
      int onNode,
      int zoneHinted,
      int forZone,
      int nodeHinted,
      int forNode,
      Scope expected) {
    Census census =
        new Census(tier, endpoints, inZone, onNode, zoneHinted, forZone, nodeHinted, forNode);

    assertThat(TopologyPolicy.named(policy).scope(census, PLACE)).isEqualTo(expected);
  }

  @Test
  void onlyWhatSpreadsByZoneAsksForCallersAndOnlyStrictRefusesOtherNodes() {
    assertThat(all().stream().filter(TopologyPolicy::usesCallers))
        .containsExactly(TopologyPolicy.named("auto"), TopologyPolicy.zoneAware());
    assertThat(all().stream().filter(TopologyPolicy::ownNodeOnly))
        .containsExactly(TopologyPolicy.sameNodeStrict());
  }

  @Test
  void whatDoesNotSpreadByZoneSpreadsByCapacity() {
    Zones zones = new Zones(List.of("zone-a", "zone-b"), new double[] {1, 3});
    for (TopologyPolicy policy : all()) {
      if (!policy.usesCallers()) {
        assertThat(policy.spread(zones, PLACE, Callers.UNKNOWN).shares())
            .containsExactly(0.25, 0.75);
      }
    }
  }

  @Test
  void autoTakesTheSettingsOfItsOtherSide() {
    Zones zones = new Zones(List.of("zone-a", "zone-b"), new double[] {1, 1});
    TopologyPolicy auto = TopologyPolicy.auto(TopologyPolicy.zoneAware().withMaxCallerSkew(1.2));

    assertThat(auto.spread(zones, PLACE, Callers.UNKNOWN).shares()).containsExactly(1, 0);
  }

  private static List<TopologyPolicy> all() {
    return List.of(
        TopologyPolicy.named("auto"),
        TopologyPolicy.zoneAware(),
        TopologyPolicy.kubernetes(),
        TopologyPolicy.sameZone(),
        TopologyPolicy.sameNode(),
        TopologyPolicy.sameNodeStrict(),
        TopologyPolicy.uniform());
  }
}
