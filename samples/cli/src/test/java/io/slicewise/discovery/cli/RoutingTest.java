package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How calls spread over zones by the options, seen through explain: two endpoints a zone. */
@ExtendWith(ApiServerExtension.class)
class RoutingTest {

  private static final Offset<Double> EXACTLY = within(1e-12);

  @TempDir Path directory;
  private EmbeddedApiServer server;
  private SimulatedService checkout;

  @BeforeEach
  void cluster(EmbeddedApiServer server) {
    this.server = server;
    checkout = server.cluster().service("shop", "checkout");
    for (int pod = 1; pod <= 6; pod++) {
      String zone = List.of("a", "b", "c").get(pod % 3);
      checkout.addPod("checkout-" + pod, "10.1.0." + pod, zone, "node-" + pod);
    }
  }

  @Test
  void withNothingSaidAllEndpointsAreAlike() throws IOException {
    JsonNode routing = routing();

    assertThat(routing.fieldNames())
        .toIterable()
        .containsExactly(
            "policy",
            "scope",
            "zone",
            "zoneSource",
            "basis",
            "panic",
            "ejected",
            "starting",
            "zones",
            "notes");
    assertThat(routing.path("policy").textValue()).isEqualTo("auto");
    assertThat(routing.path("scope").textValue()).isEqualTo("ALL");
    assertThat(routing.path("zone").isNull()).isTrue();
    assertThat(routing.path("zoneSource").textValue()).startsWith("unknown");
    assertThat(routing.path("panic").textValue()).isEqualTo("NONE");
    assertThat(routing.path("ejected").intValue()).isZero();
    assertThat(routing.path("starting").intValue()).isZero();
    assertThat(routing.path("notes")).isEmpty();
    assertThat(routing.path("zones").toString())
        .isEqualTo(
            "["
                + "{\"zone\":\"a\",\"endpoints\":2,\"capacity\":0.3333333333333333,"
                + "\"callers\":null,\"share\":0.3333333333333333},"
                + "{\"zone\":\"b\",\"endpoints\":2,\"capacity\":0.3333333333333333,"
                + "\"callers\":null,\"share\":0.3333333333333333},"
                + "{\"zone\":\"c\",\"endpoints\":2,\"capacity\":0.3333333333333333,"
                + "\"callers\":null,\"share\":0.3333333333333333}]");
  }

  @Test
  void callersAreScaledAndTheOwnZoneKeepsWhatItCanTake() throws IOException {
    JsonNode routing = routing("--zone", "a", "--callers", "a=2,b=1,c=1");

    assertThat(routing.path("zone").textValue()).isEqualTo("a");
    assertThat(routing.path("zoneSource").textValue()).isEqualTo("configured");
    assertThat(routing.path("basis").textValue()).contains("configured shares");
    assertThat(numbers(routing, "callers")).containsExactly(0.5, 0.25, 0.25);
    assertShares(routing, 0.8, 0.1, 0.1);
  }

  @Test
  void theToleranceDecidesHowMuchThatIs() throws IOException {
    String[] callers = {"--zone", "a", "--callers", "a=50,b=25,c=25"};

    assertShares(routing("--tolerance", "0", callers), 2 / 3.0, 1 / 6.0, 1 / 6.0);
    assertShares(routing("--tolerance", "0.5", callers), 1, 0, 0);
  }

  @Test
  void whatLeavesTheZoneStaysInItsRegionAsFarAsThereIsRoom() throws IOException {
    String[] callers = {"--zone", "a", "--callers", "a=4,b=1,c=1"};

    assertShares(routing("--policy", "zoneAware", callers), 0.6, 0.2, 0.2);
    assertShares(routing("--region", "a=east,b=east,c=west", callers), 0.6, 0.35, 0.05);
  }

  @Test
  void callersAreTheReadyEndpointsOfTheirService() throws IOException {
    SimulatedService web = server.cluster().service("front", "web");
    web.addPod("web-1", "10.2.0.1", "a");
    web.addPod("web-2", "10.2.0.2", "a");
    web.addPod("web-3", "10.2.0.3", "b");
    web.addPod("web-4", "10.2.0.4", "c");
    web.addUnreadyPod("web-5", "10.2.0.5", "c");
    JsonNode routing = routing("--zone", "a", "--callers-from", "web.front");

    assertThat(routing.path("basis").textValue()).contains("front/web");
    assertThat(numbers(routing, "callers")).containsExactly(0.5, 0.25, 0.25);
    assertShares(routing, 0.8, 0.1, 0.1);
  }

  @Test
  void theCallersServiceIsLookedForInTheDefaultNamespaceLikeAnyTarget() throws IOException {
    server.cluster().service("shop", "web").addPod("web-1", "10.2.0.1", "a");
    server.cluster().service("shop", "web").addPod("web-2", "10.2.0.2", "b");
    JsonNode routing = routing("-n", "shop", "--zone", "b", "--callers-from", "web");

    assertThat(numbers(routing, "callers")).containsExactly(0.5, 0.5, 0.0);
  }

  @Test
  void aCallersServiceNeedsNoPort() throws IOException {
    server
        .cluster()
        .create(
            """
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
             "metadata": {"namespace": "front", "name": "web-1",
                          "labels": {"kubernetes.io/service-name": "web"}},
             "endpoints": [{"addresses": ["10.2.0.1"], "zone": "a"}], "ports": null}
            """);
    Cli cli = explain("--zone", "a", "--callers-from", "web.front", "--json");

    assertThat(cli.err()).doesNotContain("callers unknown");
    assertThat(numbers(parse(cli).path("routing"), "callers")).containsExactly(1.0, 0.0, 0.0);
  }

  @Test
  void aCallersServiceThatDoesNotExistIsSaid() throws IOException {
    Cli cli = explain("--zone", "a", "--callers-from", "wbe.shop", "--json");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(cli.err()).contains("callers unknown: no EndpointSlice names the Service shop/wbe");
    JsonNode routing = parse(cli).path("routing");
    assertThat(routing.path("basis").textValue()).contains("callers unknown", "shop/wbe");
    assertThat(routing.at("/zones/0/callers").isNull()).isTrue();
    assertShares(routing, 0.6, 0.2, 0.2);
  }

  @Test
  void callersThatMayNotBeReadDoNotTakeTheTimeOfTheTargets() throws IOException {
    server.faults().forbid("*", "endpointslices", "front");
    Cli cli = explain("--zone", "a", "--callers-from", "web.front", "--wait", "4s");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(cli.err()).contains("callers unknown: forbidden (403)");
    assertThat(cli.out()).contains("basis   callers unknown (Service front/web", " 6 in, 0 out");
  }

  @ParameterizedTest
  @CsvSource({
    "auto,           ALL,      0.6",
    "AUTO,           ALL,      0.6",
    "zoneAware,      ALL,      0.6",
    "kubernetes,     ALL,      0.3333333333333333",
    "sameZone,       OWN_ZONE, 1",
    "sameNode,       OWN_NODE, 1",
    "sameNodeStrict, OWN_NODE, 1",
    "uniform,        ALL,      0.3333333333333333"
  })
  void everyPolicyHasItsScope(String policy, String scope, double atHome) throws IOException {
    JsonNode routing = routing("--zone", "a", "--node", "node-3", "--policy", policy);

    assertThat(routing.path("policy").textValue()).isEqualToIgnoringCase(policy);
    assertThat(routing.path("scope").textValue()).isEqualTo(scope);
    assertThat(routing.at("/zones/0/share").doubleValue()).isCloseTo(atHome, EXACTLY);
  }

  @Test
  void theZoneIsThatOfTheNodeWhereNoneIsSaid() throws IOException {
    JsonNode routing = routing("--node", "node-4");

    assertThat(routing.path("zone").textValue()).isEqualTo("b");
    assertThat(routing.path("zoneSource").textValue()).contains("node-4");
  }

  @Test
  void whatTheOwnNodeLacksIsOutForAReason() throws IOException {
    Cli cli = explain("--node", "node-9", "--policy", "sameNodeStrict", "--json");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NOTHING_TO_PICK);
    assertThat(parse(cli).path("addresses"))
        .allSatisfy(each -> assertThat(each.path("out").textValue()).isEqualTo("OTHER_NODE"));
    assertThat(parse(cli).at("/routing/zones")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"twoChoices", "roundRobin", "random"})
  void theStrategyHasNoInfluenceOnShares(String strategy) throws IOException {
    assertShares(routing("--zone", "b", "--strategy", strategy), 0.2, 0.6, 0.2);
  }

  @Test
  void endpointsWithoutAZoneAreAZoneWithoutAName() throws IOException {
    checkout.addPod("checkout-7", "10.1.0.7", null);
    JsonNode zones = routing("--zone", "a").path("zones");

    assertThat(zones).hasSize(4);
    assertThat(zones.get(0).path("zone").isNull()).isTrue();
    assertThat(zones.get(0).path("endpoints").intValue()).isEqualTo(1);
  }

  @Test
  void aZoneThatNobodyIsInIsNoted() throws IOException {
    Cli cli = explain("--zone", "aa", "--json");
    String note = "own zone aa (configured): no endpoint of checkout.shop is in it";

    assertThat(parse(cli).at("/routing/notes/0").textValue()).contains(note, "a, b, c");
    assertThat(parse(cli).path("problems")).isEmpty();
    assertThat(explain("--zone", "aa").out()).contains("note    " + note);
  }

  @Test
  void callersThatThePolicyDoesNotAskForAreSaidToHaveNoInfluence() throws IOException {
    Cli cli = explain("--zone", "a", "--policy", "uniform", "--callers", "a=1,b=1");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(cli.err()).contains("--callers has no influence: the policy uniform does not ask");
  }

  @Test
  void asText() throws IOException {
    checkout.pod("checkout-3").ready(false);
    Cli cli = explain("--zone", "a", "--callers", "a=2,b=1,c=1");

    assertThat(cli.lines().subList(1, 8))
        .containsExactly(
            "policy  auto, scope ALL",
            "zone    a (configured)",
            "basis   callers: configured shares",
            "ZONE  ENDPOINTS  CAPACITY  CALLERS  SHARE",
            "a *   1          20.0%     50.0%    48.0%",
            "b     2          40.0%     25.0%    26.0%",
            "c     2          40.0%     25.0%    26.0%");
  }

  private Cli explain(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("explain", "checkout.shop"));
    all.addAll(List.of(args));
    all.addAll(List.of("--kubeconfig", server.writeKubeconfig(directory).toString()));
    return Cli.run(all.toArray(String[]::new));
  }

  private JsonNode routing(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--json");
    Cli cli = explain(all.toArray(String[]::new));
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.OK);
    return parse(cli).path("routing");
  }

  private JsonNode routing(String option, String value, String[] others) throws IOException {
    List<String> all = new ArrayList<>(List.of(others));
    all.addAll(List.of(option, value));
    return routing(all.toArray(String[]::new));
  }

  private static JsonNode parse(Cli cli) throws IOException {
    return new ObjectMapper().readTree(cli.lines().get(0));
  }

  private static List<Double> numbers(JsonNode routing, String key) {
    return StreamSupport.stream(routing.path("zones").spliterator(), false)
        .map(zone -> zone.path(key).doubleValue())
        .toList();
  }

  private static void assertShares(JsonNode routing, double a, double b, double c) {
    List<Double> shares = numbers(routing, "share");
    assertThat(shares).as(routing.toString()).hasSize(3);
    assertThat(shares.get(0)).isCloseTo(a, EXACTLY);
    assertThat(shares.get(1)).isCloseTo(b, EXACTLY);
    assertThat(shares.get(2)).isCloseTo(c, EXACTLY);
  }
}
